import type { Crypto } from '../../contracts/crypto.ts'
import { fromUtf8 } from '../../lib/bytes.ts'
import { looksBinary } from '../../lib/looks-binary.ts'
import { languageOf } from '../languages/language-of.ts'
import type { MergeTools } from '../merge-text.ts'
import { Identities } from '../structure/identities.ts'
import { Source } from '../structure/source.ts'
import { Parsers } from '../syntax/parsers.ts'
import { diffData } from './diff-data.ts'
import { diffEntities, type EntitiesOfFile } from './diff-entities.ts'
import { diffNotebook } from './diff-notebook.ts'
import type { Entity } from './entity.ts'
import type { DiffedFile, FileDescription, SemanticChange } from './file-description.ts'
import { unnamedLines } from './line-changes.ts'
import { mediaManifest } from './media-manifest.ts'
import { readEntities } from './read-entities.ts'

/** Larger files are told by their hash. */
const maxDescribedBytes = 1 << 26

/** So much code is compared by its declarations in one diff, in UTF-16 units; what comes after it by lines. */
const maxParsedUnits = 1 << 25

/**
 * Says what differs in terms of what the files hold: declarations of code, keys of data, cells of notebooks, manifests of media. Together, as
 * declarations move from file to file; the files are asked for one by one. An abort rejects with the reason of the signal.
 */
export type DescribeDiff = (
  files: Iterable<DiffedFile> | AsyncIterable<DiffedFile>,
  options?: { readonly signal?: AbortSignal },
) => Promise<readonly FileDescription[]>

/** The two texts of a file; a side that has no file has an empty one. */
interface Texts {
  readonly before: string
  readonly after: string
}

type Told = Pick<FileDescription, 'modality' | 'changes' | 'manifest' | 'language'>

interface Described {
  readonly file: Pick<FileDescription, 'path' | 'from' | 'status'>
  readonly told: Told
  /** Of code, until declarations of all files are compared. */
  readonly texts: Texts | undefined
}

/** The grammar of a language is loaded when the first file in it is compared. */
export function createDescribeDiff(tools: MergeTools): DescribeDiff {
  const parsers = new Parsers(tools.grammars, tools.crypto)
  return async (files, { signal } = {}) => {
    const diff = new Description(parsers, tools.crypto, signal)
    for await (const file of files) {
      signal?.throwIfAborted()
      await diff.add(file)
    }
    return diff.told()
  }
}

class Description {
  readonly #parsers: Parsers
  readonly #crypto: Crypto
  readonly #signal: AbortSignal | undefined
  /** By grammar: what is equal is known among texts of one only. */
  readonly #identities = new Map<string, Identities>()
  readonly #code: EntitiesOfFile[] = []
  readonly #described: Described[] = []
  #unitsLeft = maxParsedUnits

  constructor(parsers: Parsers, crypto: Crypto, signal: AbortSignal | undefined) {
    this.#parsers = parsers
    this.#crypto = crypto
    this.#signal = signal
  }

  async add(file: DiffedFile): Promise<void> {
    const { path, from, before, after } = file
    const texts = textsOf(file)
    const told = texts ? (asData(path, texts) ?? (await this.#asCode(path, texts))) : this.#asBytes(file)
    const status = !before ? 'added' : !after ? 'deleted' : from === undefined || from === path ? 'modified' : 'renamed'
    const isCode = told.modality === 'code'
    this.#described.push({
      file: { path, ...(status === 'renamed' && { from: from! }), status },
      told: texts && !isCode ? { ...told, changes: withLines(texts, told.changes) } : told,
      texts: isCode ? texts : undefined,
    })
  }

  told(): readonly FileDescription[] {
    const ofCode = diffEntities(this.#code)
    return this.#described.map(({ file, told, texts }) => ({
      ...file,
      ...told,
      ...(texts && { changes: withLines(texts, ofCode.get(file.path)!) }),
    }))
  }

  #asBytes({ before, after }: DiffedFile): Told {
    const manifest = {
      ...(before && { before: mediaManifest(before, this.#crypto) }),
      ...(after && { after: mediaManifest(after, this.#crypto) }),
    }
    const isMedia = (manifest.after ?? manifest.before)?.mediaType !== undefined
    return { modality: isMedia ? 'media' : 'binary', changes: [], manifest }
  }

  async #asCode(path: string, texts: Texts): Promise<Told> {
    const language = languageOf(path, texts.after || texts.before)
    const rules = language?.merge
    this.#unitsLeft -= texts.before.length + texts.after.length
    if (!rules || this.#unitsLeft < 0) return { modality: 'text', changes: [] }
    const parser = await this.#parsers.parser(language.grammar, this.#signal)
    const identities = this.#identities.get(language.grammar) ?? new Identities()
    this.#identities.set(language.grammar, identities)
    const read = (text: string): readonly Entity[] | undefined => {
      const outcome = parser.parse(text)
      return outcome.status === 'parsed'
        ? readEntities(new Source(outcome.tree, language, rules, identities))
        : undefined
    }
    const before = read(texts.before)
    const after = before && read(texts.after)
    if (!after) return { modality: 'text', changes: [] }
    this.#code.push({ path, before, after })
    return { modality: 'code', language: language.name, changes: [] }
  }
}

function withLines({ before, after }: Texts, named: readonly SemanticChange[]): readonly SemanticChange[] {
  return [...named, ...unnamedLines(before, after, named)].sort(byPlace)
}

function asData(path: string, { before, after }: Texts): Told | undefined {
  const isNotebook = path.endsWith('.ipynb')
  const found = (isNotebook ? diffNotebook : diffData)(path, before, after)
  return found && { modality: isNotebook ? 'notebook' : 'data', language: found.language, changes: found.changes }
}

/** Undefined where a side is no text. A side that has no file has an empty one. */
function textsOf({ before, after }: DiffedFile): Texts | undefined {
  const text = (bytes: Uint8Array | undefined): string | undefined => {
    if (!bytes) return ''
    const isBinary = bytes.length > maxDescribedBytes || looksBinary(bytes)
    return isBinary ? undefined : fromUtf8(bytes)
  }
  const [old, now] = [text(before), text(after)]
  return old === undefined || now === undefined ? undefined : { before: old, after: now }
}

/** By the place in the new file; what is only in the old one by its place there. */
function byPlace(one: SemanticChange, other: SemanticChange): number {
  const place = ({ before, after }: SemanticChange): number => (after ?? before)?.from ?? 0
  return place(one) - place(other)
}
