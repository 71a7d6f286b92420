// One key, one act. Silent while somebody types, with Ctrl, Alt or Cmd, and for the page while a dialog is open.
import { useEffect, useRef } from "react";

const TYPING = "input, textarea, select, [contenteditable=true]";
const PRESSABLE = "a, button, summary, [role=menuitem]";
const DIALOG = "[role=dialog], [role=alertdialog], [role=menu]";

/** `onPress` runs, or the element `focus` names gets the focus, when `hotkey` is pressed. */
export function Hotkey({ hotkey, focus = "", inDialog = false, onPress }) {
  const press = useRef(onPress);
  useEffect(() => { press.current = onPress; });
  useEffect(() => {
    const pressed = (event) => {
      if (event.key.toLowerCase() !== hotkey || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
      if (event.target.closest?.(TYPING)) return;
      if (hotkey === "enter" && event.target.closest?.(PRESSABLE)) return; // it presses what has the focus
      if (!inDialog && document.querySelector(DIALOG)) return;
      event.preventDefault();
      if (focus) document.querySelector(focus)?.focus();
      else press.current?.();
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, [hotkey, focus, inDialog]);
  return null;
}

/** Inside a dialog: keeps the focus there, and gives it back where it came from when the dialog closes. */
export function ReturnFocus() {
  const here = useRef(null);
  const before = useRef(document.activeElement);
  useEffect(() => {
    const dialog = here.current.closest(DIALOG);
    let inside = dialog.contains(document.activeElement) ? document.activeElement : null;
    const moved = ({ target }) => {
      if (dialog.contains(target)) inside = target;
      else if (inside?.isConnected && !target.closest("[role=dialog], [role=alertdialog]")) {
        // A menu that opened the dialog takes the focus once more as it goes away; its button gets it in the end.
        before.current = document.getElementById(target.closest("[role=menu]")?.getAttribute("aria-labelledby")) ?? target;
        inside.focus();
      }
    };
    document.addEventListener("focusin", moved);
    return () => {
      document.removeEventListener("focusin", moved);
      setTimeout(() => {
        if (before.current?.isConnected && [null, document.body].includes(document.activeElement)) before.current.focus();
      });
    };
  }, []);
  return <span ref={here} hidden />;
}
