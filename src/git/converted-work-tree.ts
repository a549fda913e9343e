import { basename } from 'node:path'
import type { DisplacedWrite, FileToWrite, WorkTree, WorkTreeFile } from '../contracts/work-tree.ts'
import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import { equalBytes } from '../lib/bytes.ts'
import { findInTree, type TreeEntryValue } from '../objects/tree.ts'
import { Conversions, type Conversion } from './conversions.ts'
import { reasonIn } from './git-program.ts'
import { readHead } from './head.ts'
import { hasCrlf, toCrlf, toStored } from './line-ends.ts'
import type { GitRepository } from './repository.ts'
import { readStored, readStoredCommit } from './stored-objects.ts'

const linkMode = 0o120000
const plainMode = 0o100644

/**
 * A work tree whose files have the content and mode that Git stores of them: line ends, encodings and filters are undone when a file is
 * read, and done when it is written, by the attributes and settings of this clone.
 */
export class ConvertedWorkTree implements WorkTree {
  readonly #repository: GitRepository
  readonly #inner: WorkTree
  readonly #conversions: Conversions

  constructor(repository: GitRepository, inner: WorkTree) {
    this.#repository = repository
    this.#inner = inner
    this.#conversions = new Conversions(repository)
  }

  async read(path: string): Promise<WorkTreeFile | undefined> {
    const found = await this.#inner.read(path)
    if (!found) return undefined
    const file = { ...found, mode: this.#modeOf(found) }
    const [content, ...overtaken] = await Promise.all(
      [file.content, ...(file.overtaken ?? [])].map((content) => this.#stored({ ...file, content })),
    )
    return { ...file, content: content!, ...(overtaken.length && { overtaken }) }
  }

  async write(path: string, expect: Uint8Array | undefined, next: FileToWrite | undefined): Promise<boolean> {
    const conversion = await this.#conversions.of(path)
    const put = next && { ...next, mode: next.mode === linkMode && !this.#hasLinks ? plainMode : next.mode }
    if (conversion.kind === 'none') return this.#inner.write(path, expect, put)
    const found = expect && (await this.#inner.read(path))
    const known = found && (await this.#stored({ ...found, mode: this.#modeOf(found) }))
    if (expect && (!known || !equalBytes(known, expect))) return false
    const content = next && next.mode !== linkMode ? await this.#onDisk(path, next.content, conversion) : next?.content
    return this.#inner.write(path, found?.content, put && { ...put, content: content! })
  }

  onChange(changed: (paths: readonly string[] | undefined) => void): () => void {
    return this.#inner.onChange((paths) => {
      if (!paths || paths.some((path) => basename(path) === '.gitattributes')) this.#conversions.forget()
      changed(paths)
    })
  }

  onDisplaced(written: (write: DisplacedWrite) => void): () => void {
    return this.#inner.onDisplaced((write) => {
      const { path, mode } = write
      const [before, after] = [write.before, write.after].map((content) => this.#stored({ path, mode, content }))
      // What a filter refuses is told when the file is read.
      void Promise.all([before!, after!]).then(
        ([before, after]) => written({ ...write, before, after }),
        () => {},
      )
    })
  }

  close(): Promise<void> {
    return this.#inner.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  get #hasLinks(): boolean {
    return this.#repository.config.isTrue('core.symlinks', true)
  }

  /** Where the file system cannot keep a mode, it is that of the commit. */
  #modeOf({ path, mode }: WorkTreeFile): WorkTreeFile['mode'] {
    const hasModes = this.#repository.config.isTrue('core.filemode', true)
    if (mode === linkMode || (hasModes && this.#hasLinks)) return mode
    const committed = this.#committed(path)?.mode
    if (committed === linkMode && !this.#hasLinks) return linkMode
    if (hasModes) return mode
    return committed === 0o100755 ? committed : plainMode
  }

  async #stored({ path, mode, content }: WorkTreeFile): Promise<Uint8Array> {
    const conversion = mode === linkMode ? undefined : await this.#conversions.of(path)
    if (!conversion || conversion.kind === 'none') return content
    if (conversion.kind === 'filter') return this.#filtered(path, content)
    const { isAuto } = conversion
    return isAuto && this.#hasStoredCrlf(path) ? content : toStored(content, isAuto)
  }

  #onDisk(path: string, content: Uint8Array, conversion: Conversion): Promise<Uint8Array> | Uint8Array {
    if (conversion.kind === 'filter') return this.#smudged(path, content)
    return conversion.kind === 'line ends' && conversion.onDisk === 'crlf'
      ? toCrlf(content, conversion.isAuto)
      : content
  }

  /** Git looks at the index here; what is staged and not committed yet has ends of its own only when it is new. */
  #hasStoredCrlf(path: string): boolean {
    const entry = this.#committed(path)
    const blob = entry && this.#repository.objects.read(entry.id)
    return blob?.type === 'blob' && hasCrlf(blob.content)
  }

  #committed(path: string): TreeEntryValue | undefined {
    const { objects, gitDir, refs } = this.#repository
    const head = readHead(gitDir, refs).commit
    const readTree = (id: ObjectId) => readStored(objects, 'tree', id)
    return head && findInTree(readTree, readStoredCommit(objects, head).tree, path)
  }

  async #filtered(path: string, content: Uint8Array): Promise<Uint8Array> {
    const id = await this.#git(path, ['hash-object', '-w', '--stdin', `--path=${path}`], content)
    return readStored(this.#repository.objects, 'blob', new TextDecoder().decode(id).trim() as ObjectId)
  }

  async #smudged(path: string, content: Uint8Array): Promise<Uint8Array> {
    const [id] = await this.#repository.objects.write([{ type: 'blob', content }])
    return this.#git(path, ['cat-file', '--filters', `--path=${path}`, id!])
  }

  async #git(path: string, args: readonly string[], input?: Uint8Array): Promise<Uint8Array> {
    const result = await this.#repository.git.call(args, input && { input })
    if (result.exitCode === 0) return result.stdout
    throw new AnvcsError('WORK_TREE_FAILED', {
      message: `${path}: its filter failed: ${reasonIn(result.stderr)}`,
      hint: 'Mend the filter that .gitattributes names; the file is left as it is.',
      details: { path },
    })
  }
}
