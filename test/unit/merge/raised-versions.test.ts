import assert from 'node:assert/strict'
import { mergeText } from '../../../src/merge-on-node.ts'
import { withHigherVersions } from '../../../src/merge/raised-versions.ts'

/** The versions of both sides afterwards, or undefined where nothing is settled. */
function settled(base: string, left: string, right: string): readonly string[] | undefined {
  const input = withHigherVersions({ path: 'file.py', base, left, right })
  return input && [input.left, input.right]
}

describe('versions that both sides raised', () => {
  const line = (version: string): string => `name = 'shop'\n__version__ = '${version}'\n`

  for (const [base, lower, higher] of [
    ['1.0.0', '1.0.1', '1.1.0'],
    ['1.9', '1.10', '2.0'],
    ['2.2.2', '2.2.3', '2.3.0.dev'],
    ['1.0.3.dev', '1.0.3', '1.1.dev'],
    ['v1.0.0-rc.1', 'v1.0.0-rc.2', 'v1.0.1'],
  ] as const)
    it(`are the higher one: ${lower}, ${higher}`, () => {
      assert.deepEqual(settled(line(base), line(lower), line(higher)), [line(higher), line(higher)])
      assert.deepEqual(settled(line(base), line(higher), line(lower)), [line(higher), line(higher)])
    })

  for (const [what, base, left, right] of [
    ['one side lowered it', '1.0.0', '0.9.0', '1.1.0'],
    ['one side kept it', '1.0.0', '1.0.0', '1.1.0'],
    ['a preview stands against its release', '1.0.0', '1.1.0-rc.1', '1.1.0'],
    ['previews are of two kinds', '1.0.0', '1.1.0-alpha', '1.1.0-beta'],
    ['it has four numbers, as an address does', '10.0.0.1', '10.0.0.2', '10.0.0.3'],
    ['it is a range', '>=1.0', '>=1.1', '>=1.2'],
  ] as const)
    it(`are left alone where ${what}`, () => {
      assert.equal(settled(line(base), line(left), line(right)), undefined)
    })

  for (const name of ['min_version', 'protocolVersion', 'api-version', 'ratio', 'if version =='])
    it(`are known by their name: ${name}`, () => {
      assert.equal(settled(`${name} = '1.0'\n`, `${name} = '1.1'\n`, `${name} = '1.2'\n`), undefined)
    })

  it('are left alone where a text has several under one name', () => {
    assert.equal(settled(line('1.0') + line('1.0'), line('1.1') + line('1.0'), line('1.2') + line('1.0')), undefined)
  })

  it('are found wherever each text has them', () => {
    const [left, right] = settled(
      `version = '1.0'\nself.version = "3.0"\n`,
      `self.version = "3.1"\nversion = '1.2'\n`,
      `version = '1.1'\nself.version = "3.2"\n`,
    )!
    assert.equal(left, `self.version = "3.2"\nversion = '1.2'\n`)
    assert.equal(right, `version = '1.2'\nself.version = "3.2"\n`)
  })

  it('make a clean merge that says so, with what else both sides did', async () => {
    const merged = await mergeText({
      path: 'shop.py',
      base: line('1.0.1.dev'),
      left: `import sys\n${line('1.1.dev').replaceAll("'", '"')}`,
      right: `${line('1.0.1')}\nopen = True\n`,
    })
    assert.equal(merged.text, `import sys\nname = "shop"\n__version__ = "1.1.dev"\n\nopen = True\n`)
    assert.ok(merged.status === 'clean' && merged.certificate.checks.includes('versions'))
  })

  it('do not hide another conflict: then both versions are shown', async () => {
    const text = (version: string, name: string): string => `__version__ = '${version}'\nopen = 1\nname = '${name}'\n`
    const texts = { base: text('1.0', 'shop'), left: text('1.1', 'store'), right: text('1.2', 'market') }
    const merged = await mergeText({ path: 'shop.py', ...texts })
    assert.equal(merged.status, 'conflict')
    assert.match(merged.text, /'1\.1'[^]*'1\.2'/)
  })
})
