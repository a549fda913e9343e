import { readFileSync } from 'node:fs'

let version: string | undefined

/** The version of this package. */
export function packageVersion(): string {
  if (version === undefined) {
    const path = new URL('../../../package.json', import.meta.url)
    version = (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version
  }
  return version
}
