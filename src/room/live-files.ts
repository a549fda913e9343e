import type { FileId } from '../contracts/ids.ts'
import type { ReadUpdate } from '../document/causal-queue.ts'
import type { UnitRange } from '../document/update-reader.ts'
import type { TextDocument } from '../document/text-document.ts'
import type { Anchor } from '../history/anchor.ts'
import type { Past } from '../history/causality.ts'
import { emptyState, type FileState } from '../history/file-state.ts'
import { absent, type FileValue } from '../history/file-value.ts'
import { Layout } from '../history/layout.ts'
import type { CheckedOperation } from '../history/operation-check.ts'
import type { Views } from '../history/views.ts'

const maxOpen = 512

/** The files of the room as they are now: documents opened when they are needed, and which file lies at which path. */
export class LiveFiles {
  readonly #views: Views
  readonly #open = new Map<FileId, TextDocument>()
  /** The last one of them: who types asks for it again and again. */
  #newest: FileId | undefined
  /** Whether a file is text, where that was asked since its registers changed. */
  readonly #isText = new Map<FileId, boolean>()
  readonly #changed = new Set<FileId>()
  /** Paths at which a file was shown before it moved, was deleted or was covered by another. */
  readonly #leftPaths = new Set<string>()
  #layout: Layout | undefined
  /** What `layout` answers while many changes are made: to lay all files out after each of them would take too long. */
  #frozen: Layout | undefined
  /** The layout at the last call of `takeChangedPaths`, where files have moved since. */
  #earlier: Layout | undefined

  constructor(views: Views) {
    this.#views = views
    views.history.events.on('renumbered', (file) => this.#open.delete(file))
  }

  /** Where each file is shown now. */
  get layout(): Layout {
    if (this.#frozen) return this.#frozen
    const { history } = this.#views
    this.#layout ??= new Layout(
      history.evaluator,
      { fileAt: (path) => history.baseFile(path) },
      new Map([...history.files].map((file) => [file, this.stateOf(file)])),
    )
    return this.#layout
  }

  /** The layout stays as it is now until the returned function is called. */
  freezeLayout(): () => void {
    this.#frozen = this.layout
    return () => (this.#frozen = undefined)
  }

  stateOf(file: FileId): FileState {
    return this.#views.history.hasLog(file) ? this.#views.newestState(file) : emptyState
  }

  /** The document of a file, kept up to date while it is open. */
  document(file: FileId): TextDocument {
    let document = this.#open.get(file)
    if (document && file === this.#newest) return document
    if (this.#newest) this.#open.get(this.#newest)?.rest()
    if (document) this.#open.delete(file)
    else document = this.#views.history.evaluator.documentAt(file, this.stateOf(file))
    this.#open.set(file, document)
    this.#newest = file
    if (this.#open.size > maxOpen) this.#open.delete(this.#open.keys().next().value!)
    return document
  }

  /** What is shown at a path; absent where no file is. */
  valueAt(path: string): FileValue {
    const file = this.layout.fileAt(path)
    return file ? this.valueOf(file) : absent
  }

  valueOf(file: FileId): FileValue {
    const registers = this.#views.history.evaluator.registersAt(file, this.stateOf(file))
    const isText = registers.path !== undefined && registers.blob === undefined
    return { ...registers, path: this.layout.pathOf(file), text: isText ? this.document(file).text : '' }
  }

  /** Is the content of a file its text, and no blob? */
  isText(file: FileId): boolean {
    let isText = this.#isText.get(file)
    if (isText === undefined) {
      isText = this.#views.history.evaluator.registersAt(file, this.stateOf(file)).blob === undefined
      this.#isText.set(file, isText)
    }
    return isText
  }

  /** Operations of one entry of others, with that causal past, have been added to their logs. */
  applied(operations: readonly CheckedOperation[], past: Past): void {
    const updates = new Map<FileId, ReadUpdate[]>()
    let last: FileId | undefined
    let list: ReadUpdate[] | undefined
    for (const { file, operation, read } of operations) {
      // Most are of the text of the one before.
      if (file !== last || !read) {
        last = read && file
        list = updates.get(file)
        this.#changed.add(file)
        if (!read || this.#layout?.dependsOnText(file)) this.#moved(file)
        if (read && !list && this.#open.has(file)) updates.set(file, (list = []))
      }
      if (!read) continue
      list?.push({ bytes: operation.update, read })
      if (read.deleted.length && list) this.#reviveIn(file, read.deleted, updates)
    }
    for (const [file, read] of updates) {
      const known = this.#views.history.clocks.knownIn(file, () => past)
      this.#open.get(file)!.applyRead(read, () => known)
    }
  }

  /** Who deletes one of two copies may have the other one shown: the document is built anew. */
  #reviveIn(file: FileId, deleted: readonly UnitRange[], updates: Map<FileId, ReadUpdate[]>): void {
    if (!this.#views.history.evaluator.concernsCopies(this.stateOf(file), deleted)) return
    this.#open.delete(file)
    updates.delete(file)
  }

  /** Something was typed here, in the open document. */
  typed(file: FileId): void {
    this.#changed.add(file)
    if (this.#layout?.dependsOnText(file)) this.#moved(file)
  }

  /** A register has been set here. */
  registered(file: FileId): void {
    this.#changed.add(file)
    this.#moved(file)
  }

  /** A state has been named: virtual authors may have typed. */
  named(anchor: Anchor): void {
    for (const [file, { authors }] of anchor.states) {
      if (!authors.length) continue
      this.#open.delete(file)
      this.#changed.add(file)
      this.#moved(file)
    }
  }

  #moved(file: FileId): void {
    this.#isText.delete(file)
    // Several files may move before the layout is asked for again.
    const shown = this.#layout ?? this.#earlier
    const path = shown ? shown.pathOf(file) : this.#views.history.log(file).base?.path
    if (path !== undefined) this.#leftPaths.add(path)
    this.#earlier ??= this.#layout
    this.#layout = undefined
  }

  /** Paths whose content may have changed since the last call. */
  takeChangedPaths(): readonly string[] {
    const changed: string[] = []
    for (const file of this.#changed) {
      const path = this.layout.pathOf(file)
      if (path !== undefined) changed.push(path)
    }
    this.#changed.clear()
    // Nothing has moved, as after nearly every edit.
    if (!this.#leftPaths.size && !this.#earlier) return changed.length > 1 ? changed.sort() : changed
    const paths = new Set([...this.#leftPaths, ...changed])
    for (const path of this.#earlier?.shownPaths ?? [])
      if (this.#earlier!.fileAt(path) !== this.layout.fileAt(path)) paths.add(path)
    for (const path of this.#earlier ? this.layout.shownPaths : [])
      if (this.#earlier!.fileAt(path) !== this.layout.fileAt(path)) paths.add(path)
    this.#leftPaths.clear()
    this.#earlier = undefined
    return [...paths].sort()
  }
}
