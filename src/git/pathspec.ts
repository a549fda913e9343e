import { pathBytes } from '../objects/path-bytes.ts'
import type { GitProgram } from './git-program.ts'

/**
 * Paths of a work tree, as commands take them: names from its root ('.' is the root), and patterns in git's long form, `:(glob,exclude)src/*.ts`
 * (gitglossary(7), pathspec). Whoever has a name that begins so writes `:(literal)` before it.
 */
export type Pathspecs = readonly string[]

export interface Pathspec {
  /** Nothing in it stands for anything but itself, and folders stand for all that is in them. */
  readonly isLiteral: boolean
  /** `*` and `?` stand for no slash; `**` does. */
  readonly isGlob: boolean
  readonly ignoresCase: boolean
  readonly isExcluded: boolean
  readonly path: string
}

export function isPattern(spec: string): boolean {
  return spec.startsWith(':(')
}

export function formatPathspec({ isLiteral, isGlob, ignoresCase, isExcluded, path }: Pathspec): string {
  if (isLiteral && !ignoresCase && !isExcluded) return literally(path)
  const words = [isLiteral && 'literal', isGlob && 'glob', ignoresCase && 'icase', isExcluded && 'exclude', 'top']
  return `:(${words.filter(Boolean).join()})${path}`
}

/** One path, whatever characters it has. */
export function literally(path: string): string {
  return isPattern(path) ? `:(literal,top)${path}` : path
}

function parsePathspec(spec: string): Pathspec {
  const [, words, path] = /^:\(([a-z,]*)\)(.*)$/s.exec(spec) ?? []
  const magic = new Set(words === undefined ? ['literal'] : words.split(','))
  return {
    isLiteral: magic.has('literal'),
    isGlob: magic.has('glob'),
    ignoresCase: magic.has('icase'),
    isExcluded: magic.has('exclude'),
    path: path ?? spec,
  }
}

/** The program that takes these paths as they are meant, and the words for them. Paths alone are taken as they stand. */
export function pathArguments(
  git: GitProgram,
  specs: Pathspecs,
): { readonly program: GitProgram; readonly words: readonly string[] } {
  if (!specs.some(isPattern)) return { program: git, words: specs }
  const words = specs.map((spec) => (isPattern(spec) ? spec : `:(literal,top)${spec}`))
  return { program: git.with({ GIT_LITERAL_PATHSPECS: '0' }), words }
}

/** Which paths are meant. Where all that is said is what is not meant, everything else is. */
export function pathMatcher(specs: Pathspecs): (path: string) => boolean {
  const parsed = specs.map(parsePathspec)
  const wanted = parsed.filter(({ isExcluded }) => !isExcluded).map(matcherOf)
  const excluded = parsed.filter(({ isExcluded }) => isExcluded).map(matcherOf)
  return (path) =>
    (!wanted.length || wanted.some((matches) => matches(path))) && !excluded.some((matches) => matches(path))
}

/** Those that say what is meant and that fit none of the paths. */
export function unmatched(specs: Pathspecs, paths: readonly string[]): Pathspecs {
  return specs.filter((spec) => {
    const parsed = parsePathspec(spec)
    return !parsed.isExcluded && !paths.some(matcherOf(parsed))
  })
}

function matcherOf({ path, isLiteral, isGlob, ignoresCase }: Pathspec): (path: string) => boolean {
  const folded = (text: string) => (ignoresCase ? text.toLowerCase() : text)
  const above = folded(path)
  const isAtOrBelow = (other: string) => other === above || above === '.' || other.startsWith(`${above}/`)
  if (isLiteral) return (other) => isAtOrBelow(folded(other))
  const pattern = new RegExp(`^${patternOf(byBytes(path), isGlob)}$`, ignoresCase ? 'is' : 's')
  // As git: the name itself comes first, whatever is a pattern in it.
  return (other) => isAtOrBelow(folded(other)) || pattern.test(byBytes(other))
}

/** Patterns are about bytes: one letter for each. */
function byBytes(path: string): string {
  return Buffer.from(pathBytes(path)).toString('latin1')
}

const classes: Readonly<Record<string, string>> = {
  alnum: 'A-Za-z0-9',
  alpha: 'A-Za-z',
  blank: String.raw` \t`,
  cntrl: String.raw`\0-\x1f\x7f`,
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: String.raw`!-\/:-@\[-\x60\{-~`,
  space: String.raw`\s`,
  upper: 'A-Z',
  xdigit: '0-9A-Fa-f',
}

/**
 * Quotations, classes, stars and letters. There is one way alone to read a class: else one that does not end would be taken for a shorter one, and
 * a row of backslashes in it would be tried in every way.
 */
const tokens = /\\.|\[(?=([!^]?\]?))\1(?:\[:[a-z]+:\]|\\.|(?!\[:[a-z]+:\])[^\]\\])*\]|\*+\/?|./gs

/** What a pattern of fnmatch(3) is as one of JavaScript. */
function patternOf(glob: string, keepsNames: boolean): string {
  const any = keepsNames ? '[^/]' : '.'
  const parts = glob.match(tokens) ?? []
  let before = ''
  return parts
    .map((part) => {
      // Git compares what stands before the first sign of a pattern by itself, and begins there.
      const isName = before.endsWith('/') || !/[*?[\\]/.test(before)
      before += part
      if (part === '?') return any
      if (part.startsWith('*')) return starsOf(part, keepsNames, isName, before.length === glob.length)
      if (part.startsWith('[') && part.length > 1) return `(?=${any})${classOf(part)}`
      // As git: a class or a quotation that does not end fits nothing.
      if (part === '[' || part === '\\') return '(?!)'
      return escaped(part.length > 1 ? part.slice(1) : part)
    })
    .join('')
}

/** `*`, `**` (or more) or either with the slash behind it. */
function starsOf(part: string, keepsNames: boolean, isName: boolean, isLast: boolean): string {
  const slash = part.endsWith('/') ? '/' : ''
  const stars = slash ? part.slice(0, -1) : part
  if (!keepsNames) return `.*${slash}`
  if (stars.length < 2 || !isName) return `[^/]*${slash}`
  if (slash) return '(?:.*/)?'
  return isLast ? '.*' : '[^/]*'
}

/** Ranges that run backwards hold nothing; as git, a class with a name that is none fits nothing, whatever else is in it. */
function classOf(part: string): string {
  const [, negation, inner] = /^\[([!^]?)(.*)\]$/s.exec(part)!
  const letters = inner!.match(/\[:[a-z]+:\]|\\.|./gs) ?? []
  const sets: string[] = []
  for (let at = 0; at < letters.length; at++) {
    const [from, dash, to] = letters.slice(at, at + 3) as [string, string?, string?]
    const name = /^\[:(.*):\]$/.exec(from)?.[1]
    if (name !== undefined && !Object.hasOwn(classes, name)) return '(?!)'
    if (name !== undefined) sets.push(classes[name]!)
    else if (dash === '-' && to !== undefined && !to.startsWith('[:')) {
      const [low, high] = [from.slice(-1), to.slice(-1)]
      if (low <= high) sets.push(`${escaped(low)}-${escaped(high)}`)
      at += 2
    } else sets.push(escaped(from.startsWith('\\') ? from.slice(1) : from))
  }
  return `[${negation ? '^' : ''}${sets.join('')}]`
}

function escaped(letter: string): string {
  return /[\w\x80-\xff]/.test(letter) ? letter : `\\x${letter.charCodeAt(0).toString(16).padStart(2, '0')}`
}
