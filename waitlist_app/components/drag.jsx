// The line, to be put in another order by pointer or by keyboard. What a drop means is decided elsewhere:
// here it is shown at once, and put back when [ids, version] change.
import { Fragment, createContext, useContext, useMemo, useState } from "react";
import { DndContext, KeyboardSensor, PointerSensor, closestCenter, useSensor, useSensors } from "@dnd-kit/core";
import { SortableContext, arrayMove, sortableKeyboardCoordinates, useSortable, verticalListSortingStrategy } from "@dnd-kit/sortable";

const Line = createContext({ order: [], first: 1, moved: "" });
const Row = createContext(null);

const upAndDownOnly = ({ transform }) => ({ ...transform, x: 0 });
const HELP = "Press space to lift an entry, the arrow keys to move it, space again to put it down, escape to put it back.";

function spoken(nameOf, placeOf) {
  return {
    onDragStart: ({ active }) => `Lifted ${nameOf(active.id)}, position ${placeOf(active.id)}.`,
    onDragOver: ({ active, over }) => over ? `${nameOf(active.id)} is now over position ${placeOf(over.id)}.` : "Outside of the line.",
    onDragEnd: ({ active, over }) => over && active.id !== over.id
      ? `${nameOf(active.id)} put down at position ${placeOf(over.id)}. Say why to keep the move.`
      : `${nameOf(active.id)} put back at position ${placeOf(active.id)}.`,
    onDragCancel: ({ active }) => `${nameOf(active.id)} put back at position ${placeOf(active.id)}.`,
  };
}

/** Rows in an order of their own until the server says otherwise; `onMoved(moved, before)` after a drop. */
export function DragList({ ids, names, first, version, disabled, onMoved, children }) {
  const truth = `${version}|${ids.join(",")}`;
  const [kept, keep] = useState({ truth, order: ids, moved: "" });
  const order = kept.truth === truth ? kept.order : ids;
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 4 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  );
  const rows = Array.isArray(children) ? children.flat() : [children].flat();
  const moved = kept.truth === truth ? kept.moved : "";
  const line = useMemo(() => ({ order, first, moved }), [order, first, moved]);
  const drop = ({ active, over }) => {
    if (!over || active.id === over.id) return;
    const next = arrayMove(order, order.indexOf(active.id), order.indexOf(over.id));
    keep({ truth, order: next, moved: active.id });
    onMoved?.(active.id, next[next.indexOf(active.id) + 1] ?? "");
  };
  const announcements = spoken((id) => names[ids.indexOf(id)], (id) => first + order.indexOf(id));
  return (
    <DndContext
      id="line" sensors={sensors} collisionDetection={closestCenter} modifiers={[upAndDownOnly]} onDragEnd={drop}
      accessibility={{ announcements, screenReaderInstructions: { draggable: HELP }, container: globalThis.document?.body }}
    >
      <SortableContext items={order} strategy={verticalListSortingStrategy} disabled={disabled}>
        <Line.Provider value={line}>
          {order.map((id) => <Fragment key={id}>{rows[ids.indexOf(id)]}</Fragment>)}
        </Line.Provider>
      </SortableContext>
    </DndContext>
  );
}

/** One table row that can be lifted by its grip. */
export function DragRow({ entryId, className, children, ...rest }) {
  const { setNodeRef, setActivatorNodeRef, attributes, listeners, transform, transition, isDragging } = useSortable({ id: entryId });
  const isUnsaved = useContext(Line).moved === entryId;
  const style = { transition, transform: transform ? `translate3d(0, ${Math.round(transform.y)}px, 0)` : undefined };
  const grip = useMemo(() => ({ setActivatorNodeRef, attributes, listeners }), [setActivatorNodeRef, attributes, listeners]);
  return (
    <Row.Provider value={{ ...grip, entryId }}>
      <tr ref={setNodeRef} className={`${className ?? ""} ${isDragging || isUnsaved ? "lifted" : ""}`} style={style} {...rest}>{children}</tr>
    </Row.Provider>
  );
}

/** The handle of a row. */
export function DragGrip({ label, testId, children }) {
  const { setActivatorNodeRef, attributes, listeners } = useContext(Row);
  return (
    <button type="button" ref={setActivatorNodeRef} className="grip" data-testid={testId} {...attributes} {...listeners}
      aria-label={label} aria-roledescription="entry that can be moved">{children}</button>
  );
}

/** The position a row has where it stands now, moved or not. */
export function DragPlace() {
  const { order, first } = useContext(Line);
  const { entryId } = useContext(Row);
  return <>{first + order.indexOf(entryId)}</>;
}
