import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { needsProgram } from '../support/needs.ts'
import { projectRoot } from '../support/project.ts'
import { CliWorld } from './cli-world.ts'

/** What a process did with files, in the order in which it came to its end. */
type Deed =
  | { readonly did: 'flush'; readonly path: string }
  | { readonly did: 'rename'; readonly from: string; readonly path: string }

describe('a commit that is flushed', function () {
  this.timeout(120_000)
  let world: CliWorld
  before(needsProgram('git'))
  before(needsProgram('strace'))
  before(async () => {
    world = await CliWorld.make()
    await world.repository('repo')
    await world.ai(['key', 'create'], { folder: 'repo' })
    writeFileSync(world.path('repo/file'), 'first')
    await world.git('repo', 'add', 'file')
    await world.git('repo', 'commit', '-m', 'first')
  })
  after(() => world.close())

  for (const setting of ['objects,reference', 'all'])
    it(`moves no ref before all that it names lasts (core.fsync=${setting})`, async () => {
      await world.git('repo', 'config', 'core.fsync', setting)
      writeFileSync(world.path('repo/file'), setting)
      const trace = world.path('trace')
      const main = `${projectRoot}/dist/src/cli/main.js`
      // Names last late, so that whoever does not wait is found out.
      const late = ['-e', 'inject=fsync:delay_enter=100000']
      const watched = [...late, '-f', '-y', '-s', '4096', '-e', 'trace=fsync,fdatasync,rename', '-o', trace]
      const ran = await world.run(
        'strace',
        [...watched, process.execPath, main, 'commit', '-m', setting, '--', 'file'],
        {
          folder: 'repo',
          // No flush waits for another one by chance.
          env: { UV_THREADPOOL_SIZE: '32' },
        },
      )
      assert.equal(ran.status, 0, ran.stderr)
      const deeds = deedsIn(readFileSync(trace, 'utf8'))
      const isFlushed = (path: string, from: number, to: number) =>
        deeds.slice(from, to).some((deed) => deed.did === 'flush' && deed.path === path)
      const renames = deeds.flatMap((deed, at) => (deed.did === 'rename' ? [{ ...deed, at }] : []))
      const objects = renames.filter(({ path }) => /\/objects\/..\/[0-9a-f]{38}$/.test(path))
      const refs = renames.filter(({ path }) => /\/\.git\/refs\//.test(path))
      const index = renames.filter(({ path }) => path.endsWith('/.git/index'))
      assert.ok(objects.length >= 5 && refs.length === 2 && index.length === 1, JSON.stringify(renames))
      const rests = [...refs, ...(setting === 'all' ? index : [])]
      for (const { path, at } of rests) {
        for (const object of objects) {
          assert.ok(isFlushed(object.from, 0, object.at), `${object.path} before it has its name`)
          assert.ok(isFlushed(dirname(object.path), object.at, at), `the name of ${object.path} before ${path}`)
        }
        // A lock has a name of ours first, which ends in what is locked.
        const locked = Buffer.from(path.slice(path.indexOf('/.git/') + '/.git/'.length)).toString('base64url')
        const isOfLock = (deed: Deed) => deed.did === 'flush' && deed.path.endsWith(`.${locked}`)
        assert.ok(deeds.slice(0, at).some(isOfLock), path)
        assert.ok(isFlushed(dirname(path), at, deeds.length), `the name of ${path}`)
      }
    })
})

/** Flushes count when they have come to their end, renames when they begin. */
function deedsIn(trace: string): readonly Deed[] {
  const begun = new Map<string, string>()
  return trace.split('\n').flatMap((line): readonly Deed[] => {
    const [, thread = '', call = ''] = /^(\d+) +(.*)$/.exec(line) ?? []
    const [, from, path] = /^rename\("([^"]*)", "([^"]*)"/.exec(call) ?? []
    if (from !== undefined && path !== undefined) return [{ did: 'rename', from, path }]
    const [, flushed, rest] = /^f(?:data)?sync\(\d+<([^>]*)>(.*)/.exec(call) ?? []
    if (flushed !== undefined && rest?.includes('unfinished')) begun.set(thread, flushed)
    else if (flushed !== undefined) return [{ did: 'flush', path: flushed }]
    else if (/^<\.\.\. f(?:data)?sync resumed>/.test(call)) return [{ did: 'flush', path: begun.get(thread)! }]
    return []
  })
}
