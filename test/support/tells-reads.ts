import { mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Does the file system of temporary folders keep times of reading? Some are mounted without. */
export function tellsReads(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'anvcs-reads-'))
  try {
    const path = join(folder, 'a')
    writeFileSync(path, 'a')
    utimesSync(path, 1, statSync(path).mtime)
    readFileSync(path)
    return statSync(path).atimeMs !== 1000
  } finally {
    rmSync(folder, { recursive: true })
  }
}
