import assert from 'node:assert/strict'
import { chmodSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { AnvcsError } from '../../../src/contracts/errors.ts'
import { findHooks, runHook } from '../../../src/git/hooks.ts'
import type { GitRepository } from '../../../src/git/repository.ts'
import { GitSandbox } from '../../support/git-sandbox.ts'
import { needsProgram } from '../../support/needs.ts'

describe('a hook', function () {
  this.timeout(30_000)
  before(needsProgram('git'))

  async function hooked(sandbox: GitSandbox, script: string): Promise<GitRepository> {
    const path = '.git/hooks/post-commit'
    sandbox.write(path, `#!/bin/sh\n${script}\n`)
    chmodSync(join(sandbox.folder, path), 0o755)
    return sandbox.open()
  }

  const run = (repository: GitRepository, signal?: AbortSignal) =>
    runHook(repository, 'post-commit', { indexFile: repository.indexFile, signal })

  it('that leaves a program running is not waited for, and neither is ended by the other', async () => {
    await using sandbox = new GitSandbox()
    const repository = await hooked(sandbox, '(exec sleep 60) & echo $! > running; echo done >&2')
    assert.deepEqual(await findHooks(repository, ['pre-commit', 'post-commit']), ['post-commit'])
    assert.equal(await run(repository), 'done\n')
    process.kill(Number(readFileSync(join(sandbox.folder, 'running'), 'utf8')))
  })

  it('is heard while it runs', async () => {
    await using sandbox = new GitSandbox()
    const repository = await hooked(sandbox, 'echo first; until [ -e go ]; do sleep 0.05; done; echo second')
    let told = ''
    const onOutput = (text: string) => {
      told += text
      if (told === 'first\n') sandbox.write('go', '')
    }
    const result = await runHook(repository, 'post-commit', { indexFile: repository.indexFile, onOutput })
    assert.deepEqual([result, told], ['', 'first\nsecond\n'])
  })

  it('that prints without end is told from its end', async () => {
    await using sandbox = new GitSandbox()
    const repository = await hooked(sandbox, 'seq 1000000; echo the reason; exit 7')
    await assert.rejects(run(repository), (error) => {
      const { exitCode, output } = (error as AnvcsError).details as { exitCode: number; output: string }
      return AnvcsError.is(error, 'HOOK_REFUSED') && exitCode === 7 && output.endsWith('\n1000000\nthe reason\n')
    })
  })

  it('ends with the signal of whoever started it', async () => {
    await using sandbox = new GitSandbox()
    const repository = await hooked(sandbox, 'exec sleep 3')
    const reason = new Error('enough')
    await assert.rejects(run(repository, AbortSignal.any([AbortSignal.timeout(300)])), { name: 'TimeoutError' })
    await assert.rejects(run(repository, AbortSignal.abort(reason)), reason)
  })
})
