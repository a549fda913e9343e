import assert from 'node:assert/strict'
import { mergeText } from '../../../src/merge-on-node.ts'

/** What is declared, a text around it, and a use of it, by language. */
const programs = {
  'a variable of a shell': ['a.sh', 'DIR=/tmp/x\n\n', 'OTHER=/tmp/x\n\n', 'rm -rf "$DIR/out"'],
  'a variable in braces': ['a.sh', 'DIR=/tmp/x\n\n', '', 'cp a ${DIR:?}/b'],
  'a variable in a here-document': ['a.sh', 'DIR=/tmp/x\n\n', '', 'cat <<EOF\n$DIR\nEOF'],
  'a function of a shell': ['a.sh', 'say() {\n  echo "$1"\n}\n\n', '', 'say two'],
  'a custom property of CSS': ['a.css', ':root {\n  --main: red;\n}\n\n', '', '.c {\n  color: var(--main);\n}'],
  'key frames of CSS': [
    'a.css',
    '@keyframes spin {\n  to { rotate: 1turn; }\n}\n\n',
    '',
    '.c {\n  animation: spin 1s;\n}',
  ],
} as const

const between = {
  'a.sh': 'echo 1\n\necho 2\n\necho 3\n',
  'a.css': '.a {\n  margin: 0;\n}\n\n.b {\n  margin: 1px;\n}\n',
}

describe('a name that one side took away and the other one uses anew', () => {
  for (const [what, [path, declared, instead, use]] of Object.entries(programs))
    it(`conflicts: ${what}`, async () => {
      const rest = between[path]
      const base = declared + rest
      const right = `${base}\n${use}\n`
      const merged = await mergeText({ path, base, left: instead + rest, right })
      assert.equal(merged.status, 'conflict')
      const kept = await mergeText({ path, base, left: `${base.slice(0, -1)} \n`, right })
      assert.equal(kept.status, 'clean')
    })

  it('does not where a side does without the declaration, or another one is there', async () => {
    const base = `DIR=/tmp/x\n\n${between['a.sh']}`
    const right = `${base}\necho "$DIR"\n`
    for (const instead of ['. ./settings.sh\nls "$DIR"\n\n', 'read -r DIR\n\n', 'for DIR in a b; do ls; done\n\n']) {
      const merged = await mergeText({ path: 'a.sh', base, left: instead + between['a.sh'], right })
      assert.equal(merged.status, 'clean', instead)
    }
  })
})
