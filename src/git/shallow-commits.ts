import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Commits whose parents are not here (gitrepository-layout(5), shallow). */
export function shallowCommits(commonDir: string): ReadonlySet<string> {
  const path = join(commonDir, 'shallow')
  return new Set(existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [])
}
