import type { FileId, ObjectId } from '../contracts/ids.ts'
import { diffText, rebaseChanges } from '../document/text-diff.ts'
import { withAuthor, type FileState } from './file-state.ts'
import { absent, isSameValue, type FileValue } from './file-value.ts'
import type { RoomHistory, TreeValue } from './room-history.ts'
import { authorIdOf, registerChanges, scriptCost, type Script } from './virtual-author.ts'

export interface Typing {
  readonly commit: ObjectId
  readonly file: FileId
  readonly before: FileState
  /** The file at `before`, at the path where it is shown. */
  readonly value: FileValue
  /** The file in the commit; undefined or absent where the commit has none. */
  readonly target: TreeValue | undefined
  /** After a partial parent: the file in the parent. What the commit changes there is what is typed. */
  readonly parent?: TreeValue
  /** A state whose text is that of the commit: it is brought back, and nothing is typed. */
  readonly restores?: FileState | undefined
}

const nothing: Script = { changes: [], own: undefined }

/** The state in which a virtual author has typed what the commit holds beyond the state before; that state itself where there is nothing to type. */
export function typeValue(history: RoomHistory, typing: Typing): FileState {
  const { commit, file, before, parent } = typing
  const value = parent ?? typing.value
  const target = typing.target?.path === undefined ? { ...absent, entry: undefined } : typing.target
  if (isSameValue(value, target)) return before
  const isBack = isText(target) && isBroughtBack(history, typing, target.text)
  const script = isText(target) && !isBack ? scriptFor(history, typing, target.text) : nothing
  const registers = registerChanges(value, target)
  if (!isBack && !script.changes.length && !Object.keys(registers).length) return before
  const fields = { file, commit, before, script, registers, ...(isBack && { restores: typing.restores! }) }
  const id = authorIdOf(history.crypto, history.room, fields)
  if (!history.hasAuthor(id)) {
    const lamport = history.evaluator.lamportAfter(file, before)
    history.addAuthor({ ...fields, id, cost: scriptCost(script), lamport })
  }
  const state = withAuthor(before, id)
  if (isText(target) && !parent && target.entry) history.evaluator.know(file, state, target.entry)
  return state
}

/** Is the text that of the state to be restored, and not there yet? */
function isBroughtBack({ evaluator }: RoomHistory, { file, before, restores }: Typing, target: string): boolean {
  if (!restores || evaluator.textAt(file, before) === target) return false
  return evaluator.textAt(file, restores) === target
}

function isText(value: FileValue): boolean {
  return value.path !== undefined && value.blob === undefined
}

/** Diff version 1 of the room: whoever names or judges the commit computes the same script. */
function scriptFor(history: RoomHistory, { file, before, parent }: Typing, target: string): Script {
  const text = history.evaluator.textAt(file, before)
  if (!parent) return { changes: diffText(text, target), own: undefined }
  if (parent.text === target) return nothing
  const own = diffText(parent.text, target)
  return { changes: rebaseChanges(parent.text, own, text), own }
}
