// What a person can do, by key and by button. `page`: what page.js makes.
import * as outbox from "./outbox.js";
import { hasBoxes, isUnanswered } from "./verdicts.js";

const TAKEN = new Set("nsu"); // note, save, undo

export function actionsOf(page) {
  const looking = () => !page.editing && page.list.current !== null;
  // Nobody judges what they do not see yet.
  const seeing = () => looking() && page.view.shows(page.list.current);
  const haveBoxes = () => hasBoxes(page.list.current);
  const answered = () => !isUnanswered(page.list.current);
  const boxes = () => seeing() && haveBoxes();
  const editing = () => Boolean(page.editing?.boxes);
  const chosen = () => editing() && page.editing.selected >= 0;
  const look = [
    {
      key: "c",
      text: "Correct",
      run: () => page.judge("correct"),
      when: () => seeing() && answered(),
      fits: answered,
      style: "good",
      help: "the answer is right",
    },
    {
      key: "f",
      text: "False positive",
      run: () => page.judge("false_positive"),
      when: boxes,
      fits: haveBoxes,
      style: "bad",
      help: "nothing of what was found is there",
    },
    {
      key: "m",
      text: "Missed",
      run: () => page.edit("missed"),
      when: boxes,
      fits: haveBoxes,
      help: "draw what was not found",
    },
    {
      key: "e",
      text: "Edit boxes",
      run: () => page.edit("corrected"),
      when: boxes,
      fits: haveBoxes,
      help: "move, resize, delete, or give another class",
    },
    {
      key: "s",
      text: "Skip",
      run: () => page.skip(),
      when: () => looking() && answered(),
      fits: answered,
      help: "look at it later",
    },
    {
      key: "s",
      text: "Save",
      run: () => save(page),
      when: () => looking() && !answered(),
      fits: () => !answered(),
      help: "of frames: send what waits in this browser; each label is sent at once, too",
    },
    { key: "u", text: "Undo", run: () => page.undo(), when: () => !page.editing, help: "take the last verdict back" },
  ];
  const more = [
    {
      key: "arrowleft",
      text: "Back",
      run: () => page.step(-1),
      when: () => !page.editing,
      help: "look at the one before",
    },
    { key: "arrowright", text: "On", run: () => page.step(1), when: looking, help: "look at the next one" },
    {
      key: "n",
      text: "Note",
      run: () => page.note(),
      when: looking,
      help: "write a note, or say that you are not sure",
    },
    { key: "?", text: "Keys", run: () => page.help(), when: () => true, help: "this list" },
  ];
  const edit = [
    {
      key: "enter",
      text: "Send",
      run: () => page.sendBoxes(),
      when: editing,
      style: "good",
      help: "send the boxes as they are",
    },
    { key: "b", text: "New box", run: () => page.editing.boxes.add(), when: editing, help: "put a box in the middle" },
    { key: ".", text: "Next box", run: () => page.editing.selectNext(), when: editing, help: "choose the next box" },
    {
      key: "delete",
      text: "Delete box",
      run: () => page.editing.boxes.remove(page.editing.selected),
      when: chosen,
      help: "delete the chosen box",
    },
    { key: "escape", text: "Cancel", run: () => page.cancel(), when: editing, help: "leave the boxes as they were" },
  ];
  const hidden = [
    { key: "backspace", text: "Delete box", run: edit[3].run, when: chosen },
    ...[
      ["arrowleft", -1, 0],
      ["arrowright", 1, 0],
      ["arrowup", 0, -1],
      ["arrowdown", 0, 1],
    ].map(([key, across, down]) => ({
      key,
      text: "Move box",
      repeats: true,
      when: chosen,
      run: (event) => page.editing.boxes.nudge(page.editing.selected, across, down, event.shiftKey),
    })),
  ];
  return { look, more, edit, hidden, labels: () => labelActions(page, seeing) };
}

async function save({ view }) {
  await outbox.deliver();
  if (!outbox.waiting().length) view.tell("All labels are saved.");
}

/** Each class's first letter, where none is another's or means something else on a frame. */
function lettersOf(classes) {
  const letters = classes.map((name) => name[0].toLowerCase());
  const free = letters.every((one) => /[a-z]/.test(one) && !TAKEN.has(one));
  return free && new Set(letters).size === letters.length ? letters : [];
}

/**
 * Classes by number: of the chosen box while editing, of the picture where the task answers one label. Of a frame that
 * no model answered by their letters, too.
 */
function labelActions(page, seeing) {
  const { current } = page.list;
  if (current && hasBoxes(current) && page.classes.length < 2) return [];
  const letters = isUnanswered(current) ? lettersOf(page.classes) : [];
  return page.classes.slice(0, 9).map((name, index) => ({
    key: letters[index] ?? String(index + 1),
    also: String(index + 1),
    text: name,
    run: () =>
      page.editing ? page.editing.boxes.label(page.editing.selected, name) : page.judge("corrected", { label: name }),
    when: () =>
      page.editing ? page.editing.boxes && page.editing.selected >= 0 : seeing() && !hasBoxes(page.list.current),
    help: `it is ${name}`,
  }));
}
