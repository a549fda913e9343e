import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { AnvcsError } from '../../../src/contracts/errors.ts'
import { runProgram, type ProgramResult } from '../../../src/git/run-program.ts'

const place = { folder: tmpdir(), environment: process.env }

for (const standsStill of [false, true])
  describe(`a program that this process ${standsStill ? 'stands still for' : 'waits for'}`, () => {
    const run = (script: string, more: object = {}): Promise<ProgramResult | undefined> =>
      runProgram('sh', ['-c', script], { ...place, standsStill, ...more })

    it('is told of by its exit status and what it printed', async () => {
      const { exitCode, stdout, stderr } = (await run('echo out; echo err >&2; cat; exit 3'))!
      assert.deepEqual([exitCode, Buffer.from(stdout).toString(), stderr], [3, 'out\n', 'err\n'])
    })

    it('is killed by a signal as a shell would tell it', async () =>
      assert.equal((await run('kill -9 $$'))!.exitCode, 137))

    it('is nothing where there is none of its name', async () =>
      assert.equal(await runProgram('anvcs-no-such-program', [], { ...place, standsStill }), undefined))

    it('fails in a folder that is gone', async () =>
      assert.rejects(runProgram('sh', [], { ...place, folder: '/nonexistent', standsStill }), { code: 'ENOENT' }))

    it('may not print without end', async () =>
      assert.rejects(run('exec yes', { maxOutputBytes: 1000 }), (error) => AnvcsError.is(error, 'MESSAGE_TOO_LARGE')))

    it('ends with the reason where both were interrupted', async () => {
      const interruption = new AbortController()
      process.once('SIGUSR2', () => interruption.abort(new Error('interrupted')))
      const { signal } = interruption
      await assert.rejects(run('kill -USR2 $PPID; kill -INT $$', { signal }), { message: 'interrupted' })
    })
  })
