import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Commits whose parents are not here (gitrepository-layout(5), shallow). */
export function shallowCommits(commonDir: string): ReadonlySet<string> {
  return new Set(linesOf(join(commonDir, 'shallow')))
}

/** Commits that are shown with other parents than they have (gitrepository-layout(5), info/grafts). */
export function graftedCommits(commonDir: string): ReadonlySet<string> {
  return new Set(linesOf(join(commonDir, 'info/grafts')).map((line) => line.split(' ', 1)[0]!))
}

function linesOf(path: string): readonly string[] {
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n') : []
}
