import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { needsProgram } from '../../support/needs.ts'

const run = promisify(execFile)

describe('appends that are made at once', () => {
  before(needsProgram('strace'))

  it('share a flush, with one sync for each feed in it', async () => {
    const root = await mkdtemp(join(tmpdir(), 'anvcs-flush-'))
    try {
      const trace = join(root, 'trace')
      const program = fileURLToPath(new URL('flush-child.js', import.meta.url))
      const directories = [join(root, 'feeds'), join(root, 'markers')]
      await run('strace', ['-f', '-e', 'trace=fdatasync', '-o', trace, process.execPath, program, ...directories])
      const syncs = (await readFile(trace, 'utf8')).match(/fdatasync\(/g) ?? []
      // Per feed: where it is claimed nothing, its first entry, and at most two flushes of the 200 that wait.
      assert.ok(syncs.length >= 4 && syncs.length <= 6, `${syncs.length} calls of fdatasync for 402 appends`)
    } finally {
      await rm(root, { recursive: true })
    }
  })
})
