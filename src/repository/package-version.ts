import { readFileSync } from 'node:fs'
import { join } from 'node:path'

let version: string | undefined

/** The version of this package. */
export function packageVersion(): string {
  if (version === undefined) {
    // Each commit asks, and no other part of it needs what Node has for URLs.
    const path = join(import.meta.dirname, '../../../package.json')
    version = (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version
  }
  return version
}
