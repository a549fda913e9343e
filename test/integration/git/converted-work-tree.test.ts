import assert from 'node:assert/strict'
import { chmodSync, lstatSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { ConvertedWorkTree } from '../../../src/git/converted-work-tree.ts'
import type { ObjectId } from '../../../src/contracts/ids.ts'
import { openWorkTree } from '../../../src/node/work-tree.ts'
import { GitSandbox } from '../../support/git-sandbox.ts'
import { needsProgram } from '../../support/needs.ts'

/** Names end in the attributes that their files have. */
const rules = [
  'text',
  'text=auto',
  '-text',
  'text eol=crlf',
  'text=auto eol=crlf',
  'eol=lf',
  'crlf',
  'crlf=input',
  'ident',
]

/** Contents with all that line ends depend on. */
const content = fc
  .array(fc.constantFrom('\r\n', '\n', '\r', 'a', 'ü', '\0', '\u0001', '\u001a', '\t', '$Id$', 'x'.repeat(200)), {
    maxLength: 12,
  })
  .map((parts) => Buffer.from(parts.join('')))

describe('files of a work tree are converted as git converts them', function () {
  this.timeout(60_000)
  before(needsProgram('git'))

  for (const autocrlf of ['false', 'true', 'input'])
    it(`under core.autocrlf=${autocrlf}, by attributes and without`, async () => {
      await using sandbox = new GitSandbox()
      sandbox.git('config', 'core.autocrlf', autocrlf)
      sandbox.git('config', 'core.safecrlf', 'false')
      const files = new Map<string, Buffer>()
      const samples = fc.sample(content, (rules.length + 1) * 4)
      for (const [i, bytes] of samples.entries()) files.set(`f${i}.${i % (rules.length + 1)}`, bytes)
      sandbox.write('.gitattributes', rules.map((rule, i) => `*.${i} ${rule}\n`).join(''))
      for (const [path, bytes] of files) sandbox.write(path, bytes)
      const repository = await sandbox.open()
      await using tree = new ConvertedWorkTree(repository, await openWorkTree({ root: sandbox.folder }))
      const read = new Map<string, Uint8Array>()
      for (const path of files.keys()) read.set(path, (await tree.read(path))!.content)
      sandbox.git('add', '-A')
      const stored = new Map((await repository.index.staged()).map(({ path, id }) => [path, id]))
      const blobOf = (path: string) => Buffer.from(repository.objects.read(stored.get(path) as ObjectId)!.content)
      for (const [path, bytes] of files)
        assert.deepEqual(Buffer.from(read.get(path)!), blobOf(path), `${path}: ${JSON.stringify(bytes.toString())}`)

      for (const path of files.keys()) {
        const next = Buffer.concat([blobOf(path), Buffer.from('\n')])
        assert.ok(await tree.write(path, blobOf(path), { mode: 0o100644, content: next }))
        const written = readFileSync(join(sandbox.folder, path))
        const id = sandbox.gitWith(next, 'hash-object', '-w', '--stdin').trim()
        const wanted = Buffer.from(sandbox.gitBytes('cat-file', '--filters', `--path=${path}`, id))
        assert.deepEqual(written, wanted, `${path}: ${JSON.stringify(next.toString())}`)
      }
    })

  it('and have the modes of the commit where the file system cannot keep them', async () => {
    await using sandbox = new GitSandbox()
    sandbox.write('run', '1\n')
    symlinkSync('run', join(sandbox.folder, 'link'))
    chmodSync(join(sandbox.folder, 'run'), 0o755)
    sandbox.commit({ plain: '1\n' })
    for (const name of ['core.fileMode', 'core.symlinks']) sandbox.git('config', name, 'false')
    for (const path of ['run', 'link']) rmSync(join(sandbox.folder, path))
    sandbox.git('checkout', '-q', '.')
    chmodSync(join(sandbox.folder, 'run'), 0o644)
    chmodSync(join(sandbox.folder, 'plain'), 0o755)
    await using tree = new ConvertedWorkTree(await sandbox.open(), await openWorkTree({ root: sandbox.folder }))
    const modes = await Promise.all(['run', 'plain', 'link'].map(async (path) => (await tree.read(path))?.mode))
    assert.deepEqual(modes, [0o100755, 0o100644, 0o120000])
    assert.ok(await tree.write('link', Buffer.from('run'), { mode: 0o120000, content: Buffer.from('plain') }))
    assert.equal(lstatSync(join(sandbox.folder, 'link')).isSymbolicLink(), false)
    assert.equal(sandbox.git('status', '--porcelain'), ' M link\n')
  })

  it('and never over what is newer, nor where a filter fails', async () => {
    await using sandbox = new GitSandbox()
    sandbox.git('config', 'core.autocrlf', 'true')
    sandbox.git('config', 'filter.broken.clean', 'false')
    sandbox.git('config', 'filter.broken.required', 'true')
    sandbox.write('.gitattributes', '*.broken filter=broken\n')
    for (const path of ['a', 'b.broken']) sandbox.write(path, 'one\r\n')
    await using tree = new ConvertedWorkTree(await sandbox.open(), await openWorkTree({ root: sandbox.folder }))
    const next = { mode: 0o100644, content: Buffer.from('two\n') } as const
    assert.equal(await tree.write('a', Buffer.from('other\n'), next), false)
    assert.equal(await tree.write('a', undefined, next), false)
    assert.equal(readFileSync(join(sandbox.folder, 'a'), 'utf8'), 'one\r\n')
    await assert.rejects(tree.read('b.broken'), { code: 'WORK_TREE_FAILED' })
    rmSync(join(sandbox.folder, 'a'))
    assert.equal(await tree.write('a', Buffer.from('one\n'), next), false)
    assert.equal(await tree.write('a', undefined, next), true)
    assert.equal(readFileSync(join(sandbox.folder, 'a'), 'utf8'), 'two\r\n')
    writeFileSync(join(sandbox.folder, 'a'), 'two\nby an editor that knows no CRLF\n')
    assert.equal(Buffer.from((await tree.read('a'))!.content).toString(), 'two\nby an editor that knows no CRLF\n')
  })
})
