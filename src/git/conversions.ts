import type { GitConfig } from './config.ts'
import { joinNul, nulItems } from './git-lists.ts'
import { filtersMayApply } from './filters-may-apply.ts'
import type { GitRepository } from './repository.ts'

/** How the content of a file differs on disk from what Git stores (gitattributes(5)). */
export type Conversion =
  | { readonly kind: 'none' }
  /** CRLF becomes LF when it is stored, and LF becomes CRLF on disk where `crlf` says so; `auto`: in what looks like text. */
  | { readonly kind: 'line ends'; readonly isAuto: boolean; readonly onDisk: 'lf' | 'crlf' }
  /** A filter, an encoding or an expanded `$Id$`: git does it. */
  | { readonly kind: 'filter' }

const attributes = ['text', 'crlf', 'eol', 'filter', 'ident', 'working-tree-encoding'] as const
type Attributes = Readonly<Record<(typeof attributes)[number], string>>

const none: Conversion = { kind: 'none' }
const maxKnown = 100_000

/** The conversions of paths, asked of git once and remembered until attributes change. */
export class Conversions {
  readonly #repository: GitRepository
  #known = new Map<string, Promise<Conversion>>()
  /** Asked for in the same moment: one question to git. */
  #asked: string[] = []
  #answer: Promise<ReadonlyMap<string, Attributes>> | undefined

  constructor(repository: GitRepository) {
    this.#repository = repository
  }

  of(path: string): Promise<Conversion> {
    if (!filtersMayApply(this.#repository, [path])) return Promise.resolve(none)
    let conversion = this.#known.get(path)
    if (!conversion) {
      if (this.#known.size >= maxKnown) this.#known.clear()
      conversion = this.#ask(path).then((found) => conversionOf(this.#repository.config, found))
      this.#known.set(path, conversion)
    }
    return conversion
  }

  /** Attributes may have changed. */
  forget(): void {
    this.#known = new Map()
  }

  async #ask(path: string): Promise<Attributes> {
    this.#asked.push(path)
    this.#answer ??= new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      const paths = this.#asked
      this.#asked = []
      this.#answer = undefined
      return checkAttributes(this.#repository, paths)
    })
    const found = (await this.#answer).get(path)
    return found ?? (Object.fromEntries(attributes.map((name) => [name, 'unspecified'])) as Attributes)
  }
}

async function checkAttributes(
  { git }: GitRepository,
  paths: readonly string[],
): Promise<ReadonlyMap<string, Attributes>> {
  const output = await git.run(['check-attr', '-z', '--stdin', ...attributes], { input: joinNul(paths) })
  const items = nulItems(output)
  const found = new Map<string, Record<string, string>>()
  for (let at = 0; at + 2 < items.length; at += 3) {
    const [path, name, value] = items.slice(at, at + 3) as [string, string, string]
    found.set(path, { ...found.get(path), [name]: value })
  }
  return found as ReadonlyMap<string, unknown> as ReadonlyMap<string, Attributes>
}

function conversionOf(config: GitConfig, { text, crlf, eol, filter, ident, ...rest }: Attributes): Conversion {
  const isSet = (value: string) => value !== 'unspecified' && value !== 'unset'
  if (isFilter(config, filter) || ident === 'set' || isSet(rest['working-tree-encoding'])) return { kind: 'filter' }
  // `crlf` is the old name of `text`; `crlf=input` stands for `eol=lf`.
  const wanted = text === 'unspecified' ? crlf : text
  if (wanted === 'unset') return none
  const disk = diskEnds(config, wanted === 'input' ? 'lf' : eol)
  if (wanted === 'set' || wanted === 'input') return { kind: 'line ends', isAuto: false, onDisk: disk }
  if (wanted === 'auto') return { kind: 'line ends', isAuto: true, onDisk: disk }
  if (eol === 'lf' || eol === 'crlf') return { kind: 'line ends', isAuto: false, onDisk: eol }
  const isWanted = config.get('core.autocrlf') === 'input' || config.isTrue('core.autocrlf')
  return isWanted ? { kind: 'line ends', isAuto: true, onDisk: disk } : none
}

/** A filter that nobody has configured changes nothing. */
function isFilter(config: GitConfig, name: string): boolean {
  return ['clean', 'smudge', 'process'].some((part) => config.get(`filter.${name}.${part}`) !== undefined)
}

function diskEnds(config: GitConfig, eol: string): 'lf' | 'crlf' {
  if (eol === 'lf' || eol === 'crlf') return eol
  if (config.get('core.autocrlf') === 'input') return 'lf'
  return config.isTrue('core.autocrlf') || config.get('core.eol') === 'crlf' ? 'crlf' : 'lf'
}
