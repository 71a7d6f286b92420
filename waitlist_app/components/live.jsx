// Clocks that tick while somebody looks, and the seats that drain with them.
// Only the browser knows what time it is on the screen; the server alone decides when an offer ends.
import { useSyncExternalStore } from "react";

const HOUR = 3600;
const watchers = new Set();
let timer = 0;

function watch(onTick) {
  watchers.add(onTick);
  timer ||= setInterval(() => watchers.forEach((tick) => tick()), 1000);
  return () => {
    watchers.delete(onTick);
    if (!watchers.size) timer = clearInterval(timer) ?? 0;
  };
}

const secondsLeft = (endsAt) => endsAt - Date.now() / 1000;
const two = (n) => String(n).padStart(2, "0");

// Re-renders only when what it reads changes, not at each tick.
const useTicking = (read) => useSyncExternalStore(watch, read, read);

/** What is left in words: `3 d 4 h`, `5 h 12 m`, `48 m`, `9 m 05 s`, then `Ended 10:42`. */
export function words(endsAt) {
  const left = secondsLeft(endsAt);
  if (left <= 0) return `Ended ${new Date(endsAt * 1000).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })}`;
  const [hours, minutes] = [Math.floor(left / HOUR), Math.floor(left / 60) % 60];
  if (hours >= 72) return `${Math.floor(hours / 24)} d ${hours % 24} h`;
  if (hours >= 1) return `${hours} h ${two(minutes)} m`;
  return minutes >= 10 ? `${minutes} m` : `${minutes} m ${two(Math.floor(left % 60))} s`;
}

const face = (left) => (left <= 0 ? "ended" : left <= HOUR ? "last" : "");

// A thousand steps are finer than a ring of 88 pixels can show.
const share = (endsAt, of) => Math.max(0, Math.min(1, Math.round((secondsLeft(endsAt) / (of || 1)) * 1000) / 1000));

/** The ring: clockwise from twelve, what is left. Never without words beside it. */
export function Ring({ endsAt, ofSeconds, size = 24 }) {
  const left = useTicking(() => share(endsAt, ofSeconds));
  const now = useTicking(() => face(secondsLeft(endsAt)));
  const radius = size >= 88 ? 10.6 : 9;
  return (
    <svg className={`ring ring-${size} ${now}`} viewBox="0 0 24 24" style={{ "--left": left }} aria-hidden="true">
      <circle className="track" cx="12" cy="12" r={radius} />
      <circle className="arc" cx="12" cy="12" r={radius} pathLength="1" />
    </svg>
  );
}

/** The words alone. `after` is said while the clock runs, as in `48 m left`. */
export function TimeLeft({ endsAt, before = "", after = "" }) {
  const said = useTicking(() => words(endsAt));
  const runs = !said.startsWith("Ended");
  return <span className="left-words">{runs ? `${before}${said}${after}` : said}</span>;
}

/** Ring and words, with a second line; red in the last hour. */
export function Countdown({ endsAt, ofSeconds, size = 24, before = "", after = "", detail = "" }) {
  const now = useTicking(() => face(secondsLeft(endsAt)));
  return (
    <span className={`left ${now}`}>
      <Ring endsAt={endsAt} ofSeconds={ofSeconds} size={size} />
      <span className="t">
        <b><TimeLeft endsAt={endsAt} before={before} after={after} /></b>
        {detail && <small>{detail}</small>}
      </span>
    </span>
  );
}

/** The large dial of an employee's offer. */
export function Dial({ endsAt, ofSeconds }) {
  const said = useTicking(() => words(endsAt));
  const [a, aUnit, b, bUnit] = said.split(" ");
  return (
    <div className="dial" role="timer" aria-label={bUnit ? `${said} left` : said}>
      <Ring endsAt={endsAt} ofSeconds={ofSeconds} size={88} />
      <span aria-hidden="true">
        <b>{a} {aUnit}</b>
        {bUnit && <small>{b} {bUnit} left</small>}
        {aUnit === "m" && !b && <small>left</small>}
      </span>
    </div>
  );
}

function HeldSeat({ endsAt, ofSeconds, label, style }) {
  const left = useTicking(() => share(endsAt, ofSeconds));
  const said = useTicking(() => words(endsAt));
  return <i className="seat held" style={{ ...style, "--left": left }} title={label ? `${label}, ${said} left` : undefined} />;
}

// A meter travels as runs: [kind, units, how many, ends at, of seconds, label].
function seatsOf(runs) {
  return runs.flatMap(([kind, units, count, endsAt = 0, ofSeconds = 1, label = ""]) =>
    Array.from({ length: count }, () => ({ kind, units, endsAt, ofSeconds, label })));
}

const drawn = (seat, key, style) => seat.kind === "held" && seat.endsAt
  ? <HeldSeat key={key} {...seat} style={style} />
  : <i key={key} className={`seat ${seat.kind}`} style={style} title={seat.label || undefined} />;

const MOST_CELLS = 60;

function useSeats(runs) {
  const seats = seatsOf(runs ?? []);
  const units = seats.reduce((sum, seat) => sum + seat.units, 0);
  return { seats, units, flows: units > MOST_CELLS };
}

/** The bar of a row: the sum drawn 10 px high, with a mark where the limit or the capacity is. */
export function RowSeats({ runs, mark = 0 }) {
  const { seats, units, flows } = useSeats(runs);
  if (flows) {
    return <div className="flow" style={{ flex: 1 }}>{seats.map((seat, i) => drawn(seat, i, { "--k": seat.units }))}</div>;
  }
  return (
    <div className={units > 30 ? "cells many" : "cells"} style={{ "--n": units }}>
      {seats.map((seat, i) => drawn(seat, i, seat.units > 1 ? { gridColumn: `span ${seat.units}` } : undefined))}
      {mark > 0 && mark < units && <i className="cap" style={{ left: `calc((100% + 2px) * ${mark / units} - 1.75px)` }} />}
    </div>
  );
}

/** The large bar of a session, with the dimension line under it. */
export function LargeSeats({ runs, capacity, allowance, limit, overbookedBy }) {
  const { seats, units, flows } = useSeats(runs);
  if (!units) return null;
  if (flows) {
    return <div className="flow" aria-hidden="true">{seats.map((seat, i) => drawn(seat, i, { "--k": seat.units }))}</div>;
  }
  const parts = overbookedBy > 0
    ? [[limit, `limit ${limit}`], [overbookedBy, units > 20 ? `+${overbookedBy}` : `${overbookedBy} over`]]
    : [[capacity, `capacity ${capacity}`], [allowance, units > 14 ? `+${allowance}` : `overbook ${allowance}`]];
  // Every cell is told its column: the mark of the limit lies in one, and nothing may flow around it.
  let seatColumn = 1;
  const cells = seats.map((seat, i) => {
    const from = seatColumn;
    seatColumn += seat.units;
    return drawn(seat, i, { gridRow: 1, gridColumn: `${from} / ${seatColumn}` });
  });
  let column = 1;
  return (
    <div className="meter" style={{ "--n": units }} aria-hidden="true">
      {cells}
      {overbookedBy > 0 && <i className="limit" style={{ gridColumn: limit + 1 }} />}
      {parts.filter(([wide]) => wide > 0).map(([wide, said]) => {
        const from = column;
        column += wide;
        return <span key={said} className="span" style={{ gridColumn: `${from} / ${column}` }}>{said}</span>;
      })}
    </div>
  );
}
