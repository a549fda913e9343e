import type { FileId, ObjectId } from '../contracts/ids.ts'
import { withAuthor, type FileState } from './file-state.ts'
import { absent, isSameValue, type FileValue } from './file-value.ts'
import { Refused } from './outcome.ts'
import type { RoomHistory, TreeValue } from './room-history.ts'
import type { ScriptSource } from './scripts.ts'
import { authorIdOf, checkScript, registerChanges, scriptCost, type Script } from './virtual-author.ts'

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
  readonly scripts: ScriptSource
}

const nothing: Script = { changes: [], own: undefined }

/** The state in which a virtual author has typed what the commit holds beyond the state before; that state itself where there is nothing to type. */
export function typeValue(history: RoomHistory, typing: Typing): FileState {
  const { commit, file, before, parent } = typing
  const value = parent ?? typing.value
  const target = typing.target?.path === undefined ? { ...absent, entry: undefined } : typing.target
  if (isSameValue(value, target)) return before
  const script = isText(target) ? scriptFor(history, typing, target.text) : nothing
  const registers = registerChanges(value, target)
  if (!script.changes.length && !Object.keys(registers).length) return before
  const fields = { file, commit, before, script, registers }
  const id = authorIdOf(history.crypto, history.room, fields)
  if (!history.hasAuthor(id)) {
    const lamport = history.evaluator.lamportAfter(file, before)
    history.addAuthor({ ...fields, id, cost: scriptCost(script), lamport })
  }
  const state = withAuthor(before, id)
  if (isText(target) && !parent && target.entry) history.evaluator.know(file, state, target.entry)
  return state
}

function isText(value: FileValue): boolean {
  return value.path !== undefined && value.blob === undefined
}

function scriptFor(history: RoomHistory, typing: Typing, target: string): Script {
  const { commit, file, before, parent, scripts } = typing
  const parentText = parent?.text
  const text = history.evaluator.textAt(file, before)
  if ((parentText ?? text) === target) return nothing
  const script =
    text === '' && parentText === undefined
      ? whole(target)
      : scripts.script({ commit, file, before, text, target, parentText })
  if (!script) throw new Refused('an entry lacks a script')
  if (!checkScript(script, text, target, parentText)) throw new Refused('a script does not make the blob')
  return script
}

/** Into an empty text the whole text is typed: no script has to be told for a new file. */
function whole(target: string): Script {
  return { changes: target ? [{ at: 0, remove: 0, insert: target }] : [], own: undefined }
}
