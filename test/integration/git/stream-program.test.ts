import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { streamProgram } from '../../../src/git/run-program.ts'
import { until } from '../../support/until.ts'

/** Prints its process id, and goes on for ever. */
const endless = 'console.log(process.pid); setInterval(() => console.log("more"), 10)'

function stream(program: string, args: readonly string[], signal?: AbortSignal) {
  return streamProgram(program, args, { folder: tmpdir(), environment: process.env, signal })
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('a program that is read as it prints', function () {
  this.timeout(20_000)

  it('ends when nobody reads on', async () => {
    let pid = 0
    for await (const chunk of stream(process.execPath, ['-e', endless])) {
      pid = Number.parseInt(chunk.toString(), 10)
      break
    }
    assert.ok(pid > 0)
    await until(() => !isRunning(pid))
  })

  it('ends by an abort, which rethrows its reason', async () => {
    const stop = new AbortController()
    const reason = new Error('enough')
    let pid = 0
    await assert.rejects(async () => {
      for await (const chunk of stream(process.execPath, ['-e', endless], stop.signal)) {
        pid ||= Number.parseInt(chunk.toString(), 10)
        stop.abort(reason)
      }
    }, reason)
    await until(() => !isRunning(pid))
  })

  it('tells its exit status and what it complained of at last, and nothing where there is no such program', async () => {
    const failing = stream(process.execPath, ['-e', 'console.error("no"); process.exitCode = 3'])
    assert.deepEqual(await failing.next(), { done: true, value: { exitCode: 3, stderr: 'no\n' } })
    assert.deepEqual(await stream('no-such-program-anywhere', []).next(), { done: true, value: undefined })
  })
})
