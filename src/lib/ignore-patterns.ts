/** A line of gitignore(5). */
export interface IgnorePattern {
  readonly names: readonly string[]
  readonly isAnchored: boolean
  readonly onlyFolders: boolean
  readonly isNegated: boolean
}

/** The last pattern that fits decides; undefined where none does. Names are those from the folder that the patterns are about. */
export function isHeldBack(
  patterns: readonly IgnorePattern[],
  names: readonly string[],
  isFolder: boolean,
): boolean | undefined {
  const found = patterns.findLast((pattern) => (isFolder || !pattern.onlyFolders) && matches(pattern, names))
  return found && !found.isNegated
}

/** Undefined for a blank line and a comment. */
export function parseIgnorePattern(line: string): IgnorePattern | undefined {
  let glob = line.replace(/\r$/, '').replace(/(?<!\\)[ ]+$/, '')
  if (glob === '' || glob.startsWith('#')) return undefined
  const isNegated = glob.startsWith('!')
  if (isNegated) glob = glob.slice(1)
  const onlyFolders = glob.endsWith('/')
  if (onlyFolders) glob = glob.slice(0, -1)
  const isAnchored = glob.includes('/')
  if (glob.startsWith('/')) glob = glob.slice(1)
  return glob === '' ? undefined : { names: glob.split('/'), isAnchored, onlyFolders, isNegated }
}

function matches({ names, isAnchored }: IgnorePattern, path: readonly string[]): boolean {
  return isAnchored ? matchesNames(names, path) : matchesName(names[0]!, path.at(-1)!)
}

/** `**` stands for any number of names, at the end for at least one. Each step back goes to the last `**` only. */
function matchesNames(pattern: readonly string[], path: readonly string[]): boolean {
  let at = 0
  let to = 0
  let star = -1
  let starTo = 0
  while (to < path.length) {
    if (pattern[at] === '**') {
      if (at === pattern.length - 1) return true
      star = at++
      starTo = to
    } else if (at < pattern.length && matchesName(pattern[at]!, path[to]!)) {
      at++
      to++
    } else if (star >= 0) {
      at = star + 1
      to = ++starTo
    } else return false
  }
  return at === pattern.length
}

/** The same for the characters of a name, with `*`, `?`, `[...]` and `\`. */
function matchesName(glob: string, name: string): boolean {
  const tokens = tokensOf(glob)
  const letters = Array.from(name)
  let at = 0
  let to = 0
  let star = -1
  let starTo = 0
  while (to < letters.length) {
    const token = tokens[at]
    if (token === '*') {
      star = at++
      starTo = to
    } else if (typeof token === 'function' && token(letters[to]!)) {
      at++
      to++
    } else if (star >= 0) {
      at = star + 1
      to = ++starTo
    } else return false
  }
  while (tokens[at] === '*') at++
  return at === tokens.length
}

type Token = '*' | ((letter: string) => boolean)

function tokensOf(glob: string): Token[] {
  return (glob.match(/\\[^]|\[[!^]?\]?[^\]]*\]|[^]/gu) ?? []).map((part): Token => {
    if (part === '*') return '*'
    if (part === '?') return () => true
    if (part.length > 1 && part.startsWith('[')) return classOf(part)
    const letter = part.length > 1 && part.startsWith('\\') ? part.slice(1) : part
    return (other) => other === letter
  })
}

function classOf(part: string): (letter: string) => boolean {
  const isNegated = /^\[[!^]/.test(part)
  const letters = Array.from(part.slice(isNegated ? 2 : 1, -1))
  const ranges: [string, string][] = []
  for (let at = 0; at < letters.length; at++) {
    const from = letters[at]!
    const isRange = letters[at + 1] === '-' && at + 2 < letters.length
    ranges.push([from, isRange ? letters[at + 2]! : from])
    if (isRange) at += 2
  }
  return (letter) => ranges.some(([from, to]) => letter >= from && letter <= to) !== isNegated
}
