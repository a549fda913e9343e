import assert from 'node:assert/strict'
import { mergeText } from '../../../src/merge-on-node.ts'

interface Meeting {
  readonly what: string
  readonly path: string
  readonly base: string
  readonly one: string
  readonly other: string
  readonly status: 'clean' | 'conflict'
}

const open = 'func Open() int {\n\treturn 1\n}\n'
const close = 'func Close(one int) int {\n\treturn one\n}\n'

/** What `npm run fuzz` found: each came out in two ways. */
const meetings: readonly Meeting[] = [
  {
    what: 'a statement moved on one side, functions moved and changed on the other',
    path: 'x.go',
    base: `package store\n\n${open}\n${close}`,
    one: `${open}package store\n\n${close}`,
    other: `package store\n\n${close.replace('one int', 'two int')}\n${open}`,
    status: 'conflict',
  },
  {
    what: 'names of one import added by both, one with a comment behind it',
    path: 'x.ts',
    base: "import { one, two } from 'numbers'\n",
    one: "import { one, three, two } from 'numbers'\n",
    other: "import { one, four, // a comment\ntwo } from 'numbers'\n",
    status: 'clean',
  },
  {
    what: 'an item moved to the end of a line, and white space',
    path: 'x.rs',
    base: '/// A shop.\npub struct Shop {\n    size: u8,\n}\n\npub fn open() {}\n',
    one: '/// A shop.\n\n\npub fn open() {}pub struct Shop {\n    size: u8,\n}\n',
    other: '/// A shop.\n\npub struct Shop {\n    size: u8,\n}\n\npub fn open() {}\n',
    status: 'clean',
  },
  {
    what: 'an accessor in the place of a comment, and one in front of it',
    path: 'x.cs',
    base: 'public class Counter\n{\n    public int Tea { get; // a comment\nset; }\n}\n',
    one: 'public class Counter\n{\n    public int Tea { get; add;\nset; }\n}\n',
    other: 'public class Counter\n{\n    public int Tea { get; remove; // a comment\nset; }\n}\n',
    status: 'conflict',
  },
  {
    what: 'names of one import replaced by both, one with a comment behind it',
    path: 'X.scala',
    base: 'import shop.{Bun, Tea}\n\nobject Shop {\n}\n',
    one: 'import shop.{Bun, Milk}\n\nobject Shop {\n}\n',
    other: 'import shop.{Cake, Rice, // a comment\nTea}\n\nobject Shop {\n}\n',
    status: 'clean',
  },
]

describe('a merge with its sides exchanged', () => {
  for (const { what, path, base, one, other, status } of meetings)
    it(`comes out as it did: ${what}`, async () => {
      const [merged, exchanged] = [
        await mergeText({ path, base, left: one, right: other }),
        await mergeText({ path, base, left: other, right: one }),
      ]
      assert.deepEqual([merged.status, exchanged.status], [status, status])
      if (status === 'clean') assert.deepEqual(wordsOf(merged.text), wordsOf(exchanged.text))
    })
})

function wordsOf(text: string): readonly string[] {
  return (text.match(/\w+/g) ?? []).sort()
}
