import type { FileId, ObjectId } from '../contracts/ids.ts'
import { rebaseChanges, type TextDiffer } from '../document/text-diff.ts'
import type { FileState } from './file-state.ts'
import type { GivenScript } from './naming-entry.ts'
import { scriptPlace, type Script } from './virtual-author.ts'

export interface ScriptRequest {
  readonly commit: ObjectId
  readonly file: FileId
  readonly before: FileState
  readonly text: string
  readonly target: string
  /** The text of the partial parent's blob, where the change has to be laid over the text. */
  readonly parentText: string | undefined
}

/** Where scripts of virtual authors come from: this peer's diff, or the entry that is being judged. */
export interface ScriptSource {
  script(request: ScriptRequest): Script | undefined
}

/** Scripts by a diff of this peer; those that were made are kept for the entry that tells them. */
export class DiffScripts implements ScriptSource {
  readonly made = new Map<string, GivenScript>()
  readonly #diff: TextDiffer

  constructor(diff: TextDiffer) {
    this.#diff = diff
  }

  script(request: ScriptRequest): Script {
    const { text, target, parentText } = request
    const script: Script =
      parentText === undefined
        ? { changes: this.#diff(text, target), own: undefined }
        : this.#laidOver(parentText, target, text)
    const { commit, file, before } = request
    this.made.set(scriptPlace(commit, file, before), { commit, file, before, script })
    return script
  }

  #laidOver(parentText: string, target: string, text: string): Script {
    const own = this.#diff(parentText, target)
    return { changes: rebaseChanges(parentText, own, text), own }
  }
}

/** The scripts that an entry brings. */
export class GivenScripts implements ScriptSource {
  readonly #scripts: ReadonlyMap<string, Script>

  constructor(scripts: ReadonlyMap<string, Script>) {
    this.#scripts = scripts
  }

  script(request: ScriptRequest): Script | undefined {
    return this.#scripts.get(scriptPlace(request.commit, request.file, request.before))
  }
}
