import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ignoreMatcher, isSecretPath } from '../../../src/node/ignore.ts'

const patterns = [
  '# comment',
  '*.log',
  '!keep.log',
  '/top',
  'build/',
  'a/b',
  'docs/**/x',
  '**/deep',
  'all/**',
  'q?z',
  '[a-c]1',
  '[!a-c]2',
  'sp ace  ',
  '\\#hash',
  '\\!bang',
  'st*a*r*',
  'm/*/n',
]
const names = ['x.log', 'keep.log', 'top', 'build', 'a', 'b', 'docs', 'x', 'deep', 'all', 'qaz', 'qz', 'a1', 'd1', 'a2']
const moreNames = ['d2', 'sp ace', '#hash', '!bang', 'stxaxr', 'st', 'm', 'n']

describe('patterns of paths', () => {
  it('mean what they mean to git', async () => {
    const root = await mkdtemp(join(tmpdir(), 'anvcs-ignore-'))
    try {
      execFileSync('git', ['init', '-q', root])
      await writeFile(join(root, '.gitignore'), patterns.join('\n'))
      const all = [...names, ...moreNames]
      const paths = all.flatMap((one) => [one, ...all.flatMap((two) => [`${one}/${two}`, `${one}/m/${two}`])])
      const input = paths.join('\0')
      const found = spawnSync('git', ['check-ignore', '-z', '--no-index', '--stdin'], { cwd: root, input })
      const expected = new Set(found.stdout.toString().split('\0'))
      const isIgnored = ignoreMatcher(patterns.join('\n'))
      assert.ok(expected.size > 100)
      assert.deepEqual(
        paths.filter((path) => isIgnored(path) !== expected.has(path)),
        [],
      )
    } finally {
      await rm(root, { recursive: true })
    }
  })

  it('cost little, however they are made', () => {
    const isIgnored = ignoreMatcher(`${'*a'.repeat(200)}b\n${'**/a/'.repeat(200)}b\n`)
    const begin = performance.now()
    assert.equal(isIgnored('a'.repeat(255)), false)
    assert.equal(isIgnored('a/'.repeat(1000)), false)
    assert.ok(performance.now() - begin < 2000)
  })

  it('hold back what usually holds secrets', () => {
    const secret = ['.env', 'a/.env.local', 'k/id_rsa', 'server.pem', 'x.key', '.npmrc', '.netrc', 'c/credentials.json']
    for (const path of [...secret, '.ssh/known_hosts', 'infra/.aws/credentials']) assert.ok(isSecretPath(path), path)
    for (const path of ['.env.example', 'env', 'keys.ts', 'id_rsa.pub', 'src/credentials.ts', 'a/key', '.envrc.md'])
      assert.ok(!isSecretPath(path), path)
  })
})
