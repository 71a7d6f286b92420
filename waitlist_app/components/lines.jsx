// The lines between the order now and the order after a move.
const ROW = 26;
const WIDE = 104;

const middle = (row) => row * ROW + ROW / 2;
const curve = (from, to) => `M0 ${middle(from)} C46 ${middle(from)} 58 ${middle(to)} ${WIDE} ${middle(to)}`;

// Where the entry at a position goes when one is taken from `from` and put in at `to`.
function movedTo(position, from, to) {
  if (position === from) return to;
  if (position >= to && position < from) return position + 1;
  return position > from && position <= to ? position - 1 : position;
}

/** `before` and `after` are rows with `position` and `is_moved`; of a long way the middle may be missing in both. */
export function MoveLines({ before, after }) {
  const from = before.find((row) => row.is_moved)?.position;
  const to = after.find((row) => row.is_moved)?.position;
  const lines = before.map((row, at) => {
    const lands = after.findIndex((other) => other.position === movedTo(row.position, from, to));
    return { at, lands, kind: row.is_moved ? "up" : row.position === after[lands]?.position ? "same" : "down" };
  });
  const tall = Math.max(before.length, after.length) * ROW;
  return (
    <svg viewBox={`0 0 ${WIDE} ${tall}`} width={WIDE} height={tall} aria-hidden="true">
      {lines.filter(({ lands }) => lands >= 0).sort((a, b) => (a.kind === "up") - (b.kind === "up")).map(({ at, lands, kind }) => (
        <path key={at} className={kind} d={curve(at, lands)} />
      ))}
    </svg>
  );
}
