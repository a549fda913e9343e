import { execFileSync } from 'node:child_process'
import { extname, basename } from 'node:path'
import { plainGit } from './bench-rooms.ts'
import type { MergeCase } from './merge-case.ts'

/** Larger files are no sources that people merge. */
const largestBytes = 1_000_000

/**
 * The merges of a repository's history, each file that both sides changed: what the person committed is expected. Files that are added,
 * moved or no UTF-8 text are left out, and merges of more than two parents or with more than one base.
 */
export function* repositoryMerges(folder: string): Generator<MergeCase> {
  const git = (args: readonly string[], input = '') =>
    execFileSync('git', ['-C', folder, ...args], { env: plainGit, input, maxBuffer: 1 << 30 })
  const lines = (...args: readonly string[]) => git(args).toString().split('\n').filter(Boolean)
  for (const line of lines('rev-list', '--all', '--min-parents=2', '--max-parents=2', '--parents')) {
    const [commit, left, right] = line.split(' ') as [string, string, string]
    const [base, ...others] = basesOf(lines, left, right)
    if (!base || others.length) continue
    const changed = (side: string) =>
      changedBlobs(git(['diff-tree', '-r', '-z', '--no-renames', base, side]).toString())
    const [ofLeft, ofRight, ofMerge] = [changed(left), changed(right), changed(commit)]
    for (const [path, { before, after }] of ofLeft) {
      const other = ofRight.get(path)?.after
      const merged = ofMerge.get(path)
      if (!after || !other || after === other || (merged && !merged.after)) continue
      const texts = blobs(git, [before, after, other, merged?.after ?? before])
      if (!texts) continue
      const [baseText, leftText, rightText, expected] = texts as [string, string, string, string]
      const language = extname(path).slice(1) || basename(path)
      const id = `${commit.slice(0, 10)}:${path}`
      yield { id, language, path, base: baseText, left: leftText, right: rightText, expected, expectsConflict: false }
    }
  }
}

/** None where the histories have nothing in common. */
function basesOf(lines: (...args: readonly string[]) => string[], left: string, right: string): readonly string[] {
  try {
    return lines('merge-base', '--all', left, right)
  } catch {
    return []
  }
}

interface ChangedBlob {
  readonly before: string
  /** Undefined where the file is gone. */
  readonly after: string | undefined
}

/** Regular files that were there before, by path, of `git diff-tree -z`. */
function changedBlobs(listed: string): ReadonlyMap<string, ChangedBlob> {
  const found = new Map<string, ChangedBlob>()
  for (const [, before, after, path] of listed.matchAll(
    /:100\d{3} (?:100\d{3}|0{6}) ([\da-f]+) ([\da-f]+) [MDT]\0([^\0]+)\0/g,
  ))
    found.set(path!, { before: before!, after: /^0+$/.test(after!) ? undefined : after })
  return found
}

/** Undefined where one of them is large, or no text. */
function blobs(
  git: (args: readonly string[], input: string) => Buffer,
  ids: readonly string[],
): readonly string[] | undefined {
  const output = git(['cat-file', '--batch'], `${ids.join('\n')}\n`)
  const texts: string[] = []
  let at = 0
  for (let i = 0; i < ids.length; i++) {
    const end = output.indexOf('\n', at)
    const size = Number(output.toString('latin1', at, end).split(' ')[2])
    const bytes = output.subarray(end + 1, end + 1 + size)
    const text = bytes.toString()
    if (size > largestBytes || bytes.includes(0) || !Buffer.from(text).equals(bytes)) return undefined
    texts.push(text)
    at = end + 2 + size
  }
  return texts
}
