import { byWay, type Kind, type KindGroup } from './kind.ts'
import type { Place } from './place.ts'

function base(place: Place, ...init: readonly string[]): void {
  place.init(...init)
  place.commit({ a: 'one\n', 'dir/b': 'one\n' })
  place.commit({ a: 'two\n' })
}

function change(place: Place): void {
  place.write({ a: 'three\n', 'dir/new': 'new\n' })
  place.git('add', 'dir/new')
}

/** A clone of `upstream`, which is gone afterwards: nothing can be fetched. */
function cloned(place: Place, ...args: readonly string[]): void {
  place.gitIn('.', 'init', '-q', 'upstream')
  for (const text of ['one\n', 'two\n']) {
    place.write({ '../upstream/a': text, '../upstream/dir/b': text })
    place.gitIn('upstream', 'add', '-A')
    place.gitIn('upstream', 'commit', '-q', '-m', text)
  }
  place.gitIn('upstream', 'config', 'uploadpack.allowFilter', 'true')
  place.gitIn('.', 'clone', '-q', ...args, `file://${place.path('upstream')}`, 'work')
  place.remove('../upstream')
  place.write({ a: 'three\n' })
}

export const historyKinds: readonly KindGroup[] = [
  {
    feature: 'Branches and histories',
    how: 'The commit goes where HEAD is.',
    kinds: [
      {
        name: 'on a branch without commits',
        make: (place) => {
          place.init()
          place.write({ a: 'one\n', 'dir/b': 'one\n', untracked: 'x\n' })
          place.git('add', 'a', 'dir')
        },
      },
      {
        name: 'by path on a branch without commits',
        make: (place) => {
          place.init()
          place.write({ a: 'one\n', b: 'one\n' })
          place.git('add', '-A')
          place.write({ a: 'two\n' })
        },
        args: ['a'],
      },
      {
        name: 'on an orphan branch',
        make: (place) => {
          base(place)
          place.git('checkout', '-q', '--orphan', 'other')
          place.git('rm', '-q', '--cached', 'dir/b')
        },
      },
      {
        name: '-a on a detached HEAD',
        make: (place) => {
          base(place)
          place.git('checkout', '-q', '--detach', 'HEAD~')
          change(place)
        },
        args: ['-a'],
        also: [['rev-parse', 'main^{tree}']],
      },
      {
        name: '-a with everything packed',
        make: (place) => {
          base(place)
          place.git('gc', '-q')
          change(place)
        },
        args: ['-a'],
      },
      {
        name: '-a on a branch that is a symbolic ref to another',
        make: (place) => {
          base(place)
          place.git('symbolic-ref', 'refs/heads/alias', 'refs/heads/main')
          place.git('symbolic-ref', 'HEAD', 'refs/heads/alias')
          change(place)
        },
        args: ['-a'],
        also: [
          ['rev-parse', 'main^{tree}'],
          ['symbolic-ref', 'refs/heads/alias'],
        ],
      },
      ...[
        { is: 'is not UTF-8', name: 'caf\xe9' },
        { is: 'is not UTF-8, packed', name: 'caf\xe9', isPacked: true },
        { is: 'has a no-break space', name: 'a\xc2\xa0b' },
      ].map(({ is, name, isPacked }) => ({
        name: `-a on a branch whose name ${is}`,
        make: (place: Place) => {
          place.init()
          place.write({ '.git/HEAD': Buffer.from(`ref: refs/heads/${name}\n`, 'latin1') })
          place.commit({ a: 'one\n', 'dir/b': 'one\n' })
          if (isPacked) place.git('pack-refs', '--all')
          change(place)
        },
        args: ['-a'],
        also: [['for-each-ref', '--format=%(refname) %(tree)', 'refs/heads']],
      })),
      ...['off', 'always'].map((value) => ({
        name: `-a under core.logAllRefUpdates=${value}`,
        make: (place: Place) => {
          place.init()
          place.git('config', 'core.logAllRefUpdates', value)
          place.commit({ a: 'one\n' })
          place.write({ a: 'two\n' })
        },
        args: ['-a'],
        also: ['HEAD', 'refs/heads/main'].map((ref) => ['reflog', 'exists', ref]),
      })),
      ...['false', 'no', 'only'].map((rule) => ({
        name: `that could go forward, under merge.ff=${rule}`,
        verb: 'merge' as const,
        make: (place: Place) => {
          base(place)
          place.git('branch', 'other')
          place.git('reset', '-q', '--hard', 'main~')
          place.git('config', 'merge.ff', rule)
        },
        args: ['other'],
      })),
      ...['main~', 'HEAD'].map((from): Kind => ({
        name: `into a detached HEAD ${from === 'HEAD' ? 'that has gone on' : 'that goes forward'}`,
        verb: 'merge',
        make: (place) => {
          base(place)
          place.git('checkout', '-q', '--detach', 'main~')
          if (from === 'HEAD') place.commit({ 'dir/b': 'two\n' })
        },
        args: ['main'],
        also: [['rev-parse', 'main']],
      })),
      {
        name: 'of what went apart, under merge.ff=only',
        verb: 'merge',
        make: (place) => {
          base(place)
          place.git('checkout', '-q', '-b', 'other', 'main~')
          place.commit({ 'dir/b': 'two\n' })
          place.git('config', 'merge.ff', 'only')
        },
        args: ['main'],
        refused: { code: 'USAGE', message: /merge\.ff/, because: 'git refuses it, too' },
      },
      {
        name: 'into a branch that another work tree has',
        verb: 'merge',
        make: (place) => {
          base(place)
          place.git('worktree', 'add', '-q', '-b', 'old', '../linked', 'main~')
        },
        args: ['main', 'into', 'old'],
        refused: {
          code: 'WORK_TREE_BUSY',
          message: /old is checked out in .*linked/,
          because: 'its files would not follow',
        },
      },
      {
        name: '-a on commits of old programs, without address or author',
        make: (place) => {
          base(place)
          const [tree, head] = place.git('rev-parse', 'HEAD^{tree}', 'HEAD').split('\n')
          const input = `tree ${tree}\nparent ${head}\ncommitter Old Program 1700000000 +0000\n\nold\n`
          const id = place.gitWith({ input }, 'hash-object', '-t', 'commit', '-w', '--stdin', '--literally')
          place.git('update-ref', 'refs/heads/main', id.trim())
          for (const fault of ['missingAuthor', 'missingEmail']) place.git('config', `fsck.${fault}`, 'ignore')
          change(place)
        },
        args: ['-a'],
      },
      {
        name: '-a where HEAD is a symbolic link',
        make: (place) => {
          base(place)
          place.git('-c', 'core.preferSymlinkRefs=true', 'symbolic-ref', 'HEAD', 'refs/heads/main')
          change(place)
        },
        args: ['-a'],
      },
    ],
  },
  {
    feature: 'SHA-256',
    how: 'Both object formats are alike.',
    kinds: [
      {
        name: 'in a SHA-256 repository',
        make: (place) => {
          base(place, '--object-format=sha256')
          change(place)
        },
      },
      {
        name: '-a in a SHA-256 repository with attributes',
        make: (place) => {
          base(place, '--object-format=sha256')
          place.commit({ '.gitattributes': '* text\n' })
          place.write({ a: 'three\r\n' })
        },
        args: ['-a'],
      },
    ],
  },
  {
    feature: 'Shallow and partial clones',
    how: 'A commit needs nothing that is not here; nothing is fetched for it.',
    kinds: [
      { name: '-a in a shallow clone', make: (place) => cloned(place, '--depth=1'), args: ['-a'] },
      { name: '-a in a clone without blobs', make: (place) => cloned(place, '--filter=blob:none'), args: ['-a'] },
      {
        name: '-a in a sparse clone without blobs',
        make: (place) => cloned(place, '--filter=blob:none', '--sparse'),
        args: ['-a'],
      },
      { name: 'of a path in a clone without trees', make: (place) => cloned(place, '--filter=tree:0'), args: ['a'] },
    ],
  },
  {
    feature: 'Replaced objects and grafts',
    how: 'A commit begins with what git shows of HEAD, and its parent is HEAD itself, as git makes it.',
    kinds: [
      ...[['dir/b'], ['-a']].map((args) => ({
        name: `${byWay(args[0])} on a commit that is replaced by another`,
        make: (place: Place) => {
          base(place)
          place.git('replace', 'HEAD', 'HEAD~')
          place.write({ 'dir/b': 'two\n' })
        },
        args,
      })),
      {
        name: 'by path on a commit whose tree is replaced by another',
        make: (place) => {
          base(place)
          place.git('replace', 'HEAD^{tree}', 'HEAD~^{tree}')
          place.write({ 'dir/b': 'two\n' })
        },
        args: ['dir/b'],
      },
      {
        name: 'by path on a commit with a folder that is replaced by another',
        make: (place) => {
          base(place)
          place.commit({ 'dir/b': 'two\n' })
          place.git('replace', 'HEAD:dir', 'HEAD~:dir')
          place.write({ a: 'three\n' })
        },
        args: ['a'],
      },
      {
        name: 'of what the commit that stands in for HEAD has already',
        make: (place) => {
          base(place)
          place.git('replace', 'HEAD', 'HEAD~')
          place.write({ a: 'one\n' })
          place.git('add', 'a')
        },
        refused: { code: 'COMMIT_EMPTY', message: /nothing/i, because: 'git refuses it, too' },
      },
      {
        name: 'on a commit that is replaced by another',
        make: (place) => {
          base(place)
          place.git('replace', 'HEAD', 'HEAD~')
          change(place)
        },
      },
      {
        name: '-a on a tree that is replaced by another',
        make: (place) => {
          base(place)
          place.git('replace', 'HEAD^{tree}', 'HEAD~^{tree}')
          change(place)
        },
        args: ['-a'],
      },
      {
        name: 'on a graft',
        make: (place) => {
          base(place)
          place.write({ '.git/info/grafts': place.git('rev-parse', 'HEAD') })
          change(place)
        },
      },
    ],
  },
]
