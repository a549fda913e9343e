import type { Kind, KindGroup } from './kind.ts'
import type { Place } from './place.ts'

/** `main` and `other`, which both change `a` and each a file of its own. */
function forked(place: Place): void {
  place.init()
  place.commit({ a: 'one\n', b: 'one\n', ours: 'one\n', theirs: 'one\n' })
  place.git('checkout', '-q', '-b', 'other')
  place.commit({ a: 'other\n', theirs: 'two\n' }, 'other')
  place.git('checkout', '-q', 'main')
  place.commit({ a: 'main\n', ours: 'two\n' }, 'main')
}

/** The conflict in `a` is solved. */
function solved(place: Place): void {
  place.write({ a: 'both\n' })
  place.git('add', 'a')
}

const author = ['log', '-1', '--format=%an <%ae>']

/** As a person who gives no message: Git has prepared one. */
const prepared = { args: [], gitArgs: ['--no-edit'] }

function picked(place: Place): void {
  forked(place)
  place.git('checkout', '-q', 'other')
  place.write({ a: 'picked\n' })
  const env = { GIT_AUTHOR_NAME: 'Pia', GIT_AUTHOR_EMAIL: 'pia@example.org', GIT_AUTHOR_DATE: '1600000000 +0530' }
  place.gitWith({ env }, 'commit', '-q', '-a', '-m', 'picked')
  place.commit({ b: 'last\n' }, 'last')
  place.git('checkout', '-q', 'main')
}

const merges: readonly Kind[] = [
  {
    name: 'that ends a merge without conflicts',
    make: (place) => {
      forked(place)
      place.git('checkout', '-q', '-b', 'third', 'main~')
      place.commit({ b: 'third\n' })
      place.git('checkout', '-q', 'main')
      place.git('merge', '-q', '--no-commit', '--no-ff', 'third')
    },
  },
  {
    name: 'that ends a merge whose conflict is solved',
    make: (place) => {
      forked(place)
      place.stopped('merge', '-q', 'other')
      solved(place)
    },
    also: [['log', '-1', '--format=%B']],
  },
  {
    name: '-a that ends a merge whose conflict is solved on disk only',
    make: (place) => {
      forked(place)
      place.stopped('merge', '-q', 'other')
      place.write({ a: 'both\n', b: 'two\n' })
    },
    args: ['-a'],
  },
  {
    name: '-a that ends a merge in which one side has deleted what the other has changed',
    make: (place) => {
      forked(place)
      place.git('rm', '-q', 'a')
      place.git('commit', '-q', '-m', 'gone')
      place.stopped('merge', '-q', 'other')
      place.write({ '.gitattributes': '* text=auto\n' })
    },
    args: ['-a'],
  },
  {
    name: 'that ends a merge of three',
    make: (place) => {
      forked(place)
      for (const name of ['x', 'y']) {
        place.git('checkout', '-q', '-b', name, 'main')
        place.commit({ [name]: 'one\n' })
      }
      place.git('checkout', '-q', 'main')
      place.git('merge', '-q', '--no-commit', '--no-ff', 'x', 'y')
    },
  },
  {
    name: 'that ends a merge for which changes were put aside',
    make: (place) => {
      forked(place)
      place.write({ b: 'aside\n' })
      place.stopped('merge', '-q', '--autostash', 'other')
      solved(place)
    },
  },
  {
    name: 'that ends a merge whose resolution is to be remembered',
    make: (place) => {
      forked(place)
      place.git('config', 'rerere.enabled', 'true')
      place.stopped('merge', '-q', 'other')
      solved(place)
    },
    after: (place) => {
      place.git('reset', '-q', '--hard', 'HEAD~')
      place.stopped('merge', '-q', 'other')
    },
    also: [['diff', 'HEAD']],
  },
  {
    name: 'of what a squashed merge has left',
    make: (place) => {
      forked(place)
      place.git('checkout', '-q', 'main~')
      place.git('merge', '-q', '--squash', 'other')
    },
  },
  {
    name: 'while files are not merged yet',
    make: (place) => {
      forked(place)
      place.stopped('merge', '-q', 'other')
      place.write({ b: 'two\n' })
      place.git('add', 'b')
    },
    refused: { code: 'MERGE_CONFLICT', message: /a/, because: 'git refuses it, too' },
  },
  {
    name: 'of a path alone, in the middle of a merge',
    make: (place) => {
      forked(place)
      place.stopped('merge', '-q', 'other')
      solved(place)
    },
    args: ['a'],
    refused: { code: 'WORK_TREE_BUSY', message: /a merge/, because: 'git refuses it, too' },
  },
]

const picks: readonly Kind[] = [
  {
    name: 'that ends a cherry-pick: its author stays',
    make: (place) => {
      picked(place)
      place.stopped('cherry-pick', 'other~')
      solved(place)
    },
    also: [author, ['log', '-1', '--format=%ad']],
  },
  {
    name: 'that ends the first of several picks, which then go on',
    make: (place) => {
      picked(place)
      place.stopped('cherry-pick', 'other~', 'other')
      solved(place)
    },
    after: (place) => place.git('cherry-pick', '--continue'),
    also: [author],
  },
  {
    name: 'that ends the last of several picks',
    make: (place) => {
      picked(place)
      place.stopped('cherry-pick', 'other', 'other~')
      solved(place)
    },
    also: [author],
  },
  {
    name: 'of what `cherry-pick -n` has staged',
    make: (place) => {
      picked(place)
      place.git('cherry-pick', '-n', 'other')
    },
    also: [author],
  },
  {
    name: 'that ends a revert',
    make: (place) => {
      forked(place)
      place.commit({ a: 'more\n' })
      place.stopped('revert', '--no-edit', 'HEAD~')
      solved(place)
    },
    also: [author],
  },
]

const rebases: readonly Kind[] = [
  {
    name: 'in the middle of a rebase, which then goes on',
    make: (place) => {
      picked(place)
      place.git('checkout', '-q', 'other')
      place.stopped('rebase', '-q', 'main')
      place.git('checkout', '-q', '--theirs', 'a')
      solved(place)
    },
    also: [author, ['rev-parse', '--verify', '-q', 'REBASE_HEAD']],
  },
  {
    name: 'of a part, where a rebase stopped for editing, and which then goes on',
    make: (place) => {
      forked(place)
      place.commit({ b: 'two\n', ours: 'three\n' })
      place.commit({ c: 'two\n' })
      place.gitWith({ env: { GIT_SEQUENCE_EDITOR: "sed -i '1s/pick/edit/'" } }, 'rebase', '-q', '-i', 'HEAD~2')
      place.git('reset', '-q', 'HEAD~')
      place.git('add', 'b')
    },
    after: (place) => {
      place.git('commit', '-q', '-a', '-m', 'rest')
      place.git('rebase', '--continue')
    },
  },
  {
    name: 'in the middle of a rebase by patches',
    make: (place) => {
      forked(place)
      place.git('checkout', '-q', 'other')
      place.stopped('rebase', '-q', '--apply', 'main')
      solved(place)
    },
  },
  {
    name: 'in the middle of `git am`',
    make: (place) => {
      forked(place)
      const patch = place.git('format-patch', '-1', '--stdout', 'other')
      place.write({ '../patch': patch })
      place.stopped('am', '-q', '-3', '../patch')
      solved(place)
    },
  },
  {
    name: '-a in the middle of a bisect',
    make: (place) => {
      forked(place)
      place.commit({ b: 'two\n' })
      place.git('bisect', 'start', 'HEAD', 'HEAD~2')
      place.write({ a: 'bisected\n' })
    },
    args: ['-a'],
  },
  {
    name: 'of other files, where a stash came back with a conflict',
    make: (place) => {
      forked(place)
      place.write({ a: 'stashed\n' })
      place.git('stash', '-q')
      place.commit({ a: 'meanwhile\n' })
      place.stopped('stash', 'pop', '-q')
      place.write({ b: 'two\n' })
    },
    args: ['b'],
  },
]

export const operationKinds: readonly KindGroup[] = [
  {
    feature: 'Merges in progress',
    how: 'The commit ends the merge as `git commit` does. Without `-m` it takes the message that Git has prepared.',
    kinds: [
      ...merges,
      { ...merges[1]!, name: 'that ends a merge, with the message that Git has prepared', ...prepared },
    ],
  },
  {
    feature: 'Cherry-picks and reverts in progress',
    how: 'The same; who wrote what is picked stays its author.',
    kinds: picks,
  },
  {
    feature: 'Rebases, patches, bisects and stashes in progress',
    how: 'A commit is one on top of HEAD; git goes on from there.',
    kinds: rebases,
  },
]
