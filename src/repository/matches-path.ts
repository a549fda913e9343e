import { isHeldBack, parseIgnorePattern } from '../lib/ignore-patterns.ts'

/** Is a path, or a folder that it lies in, meant by patterns of gitignore(5)? The last one that fits decides. */
export function matchesPath(lines: readonly string[], path: string): boolean {
  const patterns = lines.flatMap((line) => parseIgnorePattern(line) ?? [])
  const names = path.split('/')
  return names.some((_, at) => isHeldBack(patterns, names.slice(0, at + 1), at + 1 < names.length) === true)
}
