import { rmSync, symlinkSync, renameSync, mkdirSync } from 'node:fs'
import { byWay, type Kind, type KindGroup } from './kind.ts'
import type { Place } from './place.ts'

function base(place: Place): void {
  place.init()
  place.commit({ a: 'one\n', 'dir/b': 'one\n', 'dir/c': 'one\n' })
}

function change(place: Place): void {
  place.write({ a: 'two\n', 'dir/b': 'two\n' })
}

const both = [['-a'], ['dir/b']]

/** Stores a tree as it is given, entries as `mode name id`. */
function tree(place: Place, entries: readonly (readonly [mode: string, name: string, id: string])[]): string {
  const input = Buffer.concat(
    entries.map(([mode, name, id]) => Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')])),
  )
  return place.gitWith({ input }, 'hash-object', '-t', 'tree', '-w', '--stdin', '--literally').trim()
}

/** A history whose trees have modes that git writes no longer. */
function oldModes(place: Place, padded: boolean): void {
  base(place)
  const blob = place.git('rev-parse', 'HEAD:a').trim()
  const file = padded ? '100644' : '100664'
  const dir = tree(place, [
    [file, 'b', blob],
    [file, 'c', blob],
  ])
  const root = tree(place, [
    [file, 'a', blob],
    [padded ? '040000' : '40000', 'dir', dir],
  ])
  const commit = place.git('commit-tree', '-p', 'HEAD', '-m', 'old', root).trim()
  place.git('update-ref', 'HEAD', commit)
  place.git('reset', '-q', '--hard')
  for (const fault of ['badFilemode', 'zeroPaddedFilemode']) place.git('config', `fsck.${fault}`, 'ignore')
  change(place)
}

function ways(name: string, make: (place: Place) => void, more: Partial<Kind> = {}): readonly Kind[] {
  return both.map((args) => ({ name: `${byWay(args[0])} ${name}`, make, args, ...more }))
}

export const oddKinds: readonly KindGroup[] = [
  {
    feature: 'Odd places and settings',
    how: 'What is only a way to find or to keep things faster changes nothing.',
    kinds: [
      ...ways('with commit graph, multi-pack index and bitmaps', (place) => {
        base(place)
        place.git('repack', '-adbq', '--write-midx')
        place.git('commit-graph', 'write', '--reachable')
        change(place)
      }),
      ...ways('under feature.manyFiles', (place) => {
        place.init()
        place.git('config', 'feature.manyFiles', 'true')
        place.commit({ a: 'one\n', 'dir/b': 'one\n', 'dir/c': 'one\n' })
        change(place)
      }),
      ...ways('under core.checkStat=minimal and core.trustctime=false', (place) => {
        base(place)
        place.git('config', 'core.checkStat', 'minimal')
        place.git('config', 'core.trustctime', 'false')
        change(place)
      }),
      ...ways('where .git is a symbolic link', (place) => {
        base(place)
        renameSync(place.path('work/.git'), place.path('elsewhere'))
        symlinkSync('../elsewhere', place.path('work/.git'))
        change(place)
      }),
      ...ways('where the index is gone', (place) => {
        base(place)
        change(place)
        place.git('add', 'dir/b')
        rmSync(place.path('work/.git/index'))
      }).slice(1),
      {
        name: '-a where all files are gone',
        make: (place) => {
          base(place)
          place.remove('a', 'dir')
        },
        args: ['-a'],
      },
      {
        name: '-a in a submodule',
        make: (place) => {
          place.gitIn('.', 'init', '-q', 'lib')
          place.write({ '../lib/x': 'one\n' })
          place.gitIn('lib', 'add', '-A')
          place.gitIn('lib', 'commit', '-q', '-m', 'lib')
          base(place)
          place.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', place.path('lib'), 'lib')
          place.git('commit', '-q', '-m', 'with lib')
          place.write({ 'lib/x': 'two\n' })
        },
        folder: 'work/lib',
        args: ['-a'],
      },
      {
        name: '-a from a folder within',
        make: (place) => {
          base(place)
          change(place)
        },
        folder: 'work/dir',
        args: ['-a'],
      },
      {
        name: 'of paths above and within, told twice',
        make: (place) => {
          base(place)
          change(place)
        },
        folder: 'work/dir',
        args: ['../a', '.', 'b'],
      },
      {
        name: '-a under GIT_DIR alone, in a folder within: that is the work tree then',
        make: (place) => {
          base(place)
          change(place)
          place.write({ 'dir/a': 'moved\n' })
        },
        folder: 'work/dir',
        env: () => ({ GIT_DIR: '../.git' }),
        args: ['-a'],
      },
      {
        name: '-a under a relative GIT_INDEX_FILE, from a folder within',
        make: (place) => {
          base(place)
          place.gitWith({ env: { GIT_INDEX_FILE: 'other' } }, 'read-tree', 'HEAD')
          change(place)
        },
        folder: 'work/dir',
        env: () => ({ GIT_INDEX_FILE: 'other' }),
        args: ['-a'],
      },
      {
        name: '-a at a path with spaces, quotes and a dash',
        make: (place) => {
          const name = `- o"d'd $x`
          place.gitIn('.', 'init', '-q', place.path(name))
          place.write({ [`../${name}/a`]: 'one\n' })
          place.gitIn(name, 'add', '-A')
          place.gitIn(name, 'commit', '-q', '-m', 'one')
          place.write({ [`../${name}/a`]: 'two\n' })
        },
        folder: `- o"d'd $x`,
        args: ['-a'],
      },
    ],
  },
  {
    feature: 'Odd refs',
    how: 'A name that cannot be is refused by git; a ref whose file is damaged is never taken for one that is not there.',
    kinds: [
      ...ways('on a packed branch in whose place empty folders lie', (place) => {
        base(place)
        place.git('pack-refs', '--all')
        rmSync(place.path('work/.git/logs/refs/heads/main'))
        for (const name of ['refs/heads/main/x/y', 'logs/refs/heads/main/x'])
          mkdirSync(place.path('work/.git', name), { recursive: true })
        change(place)
      }),
      ...['garbage\n', ''].map((text): Kind => ({
        name: `-a on a branch whose file ${text ? 'holds something else' : 'is empty'}`,
        make: (place) => {
          base(place)
          change(place)
          place.write({ '.git/refs/heads/main': text })
        },
        args: ['-a'],
        refused: { code: 'OBJECT_INVALID', message: /refs\/heads\/main .*damaged/, because: 'git refuses it, too' },
      })),
      {
        name: 'on a new branch whose name lies below another',
        make: (place) => {
          base(place)
          place.write({ '.git/HEAD': 'ref: refs/heads/main/x\n' })
          change(place)
        },
        refused: { code: 'GIT_FAILED', message: /refs\/heads\/main/, because: 'git refuses it, too' },
      },
      {
        name: 'on a new branch whose name is packed above another',
        make: (place) => {
          base(place)
          place.git('branch', 'x/y')
          place.git('pack-refs', '--all')
          place.write({ '.git/HEAD': 'ref: refs/heads/x\n' })
          change(place)
        },
        refused: { code: 'GIT_FAILED', message: /refs\/heads\/x/, because: 'git refuses it, too' },
      },
    ],
  },
  {
    feature: 'Odd trees and files',
    how: 'Modes of old programs are read, and written again, as git does it.',
    kinds: [
      ...ways('on trees with files that are writable for a group', (place) => oldModes(place, false)),
      ...ways('on trees whose folders have a padded mode', (place) => oldModes(place, true)),
      {
        name: 'of nothing, on trees with files that are writable for a group',
        make: (place) => {
          oldModes(place, false)
          place.git('checkout', '-q', '.')
        },
        refused: { code: 'COMMIT_EMPTY', message: /nothing/, because: 'git refuses it, too' },
      },
      {
        name: '-a of a file in three hundred folders',
        make: (place) => {
          base(place)
          place.commit({ [`${'d/'.repeat(300)}f`]: 'one\n' })
          place.write({ [`${'d/'.repeat(300)}f`]: 'two\n' })
        },
        args: ['-a'],
      },
      {
        name: 'of a staged path that is longer than the index can count',
        make: (place) => {
          base(place)
          const blob = place.git('rev-parse', 'HEAD:a').trim()
          const path = `${'long'.repeat(50)}/`.repeat(20) + 'end'
          place.gitWith({ input: `100644 ${blob}\t${path}\0` }, 'update-index', '-z', '--index-info')
          place.write({ 'dir/b': 'two\n' })
        },
        args: ['dir/b'],
      },
      {
        name: 'of what is staged at a path that is longer than the index can count',
        make: (place) => {
          base(place)
          const blob = place.git('rev-parse', 'HEAD:a').trim()
          const path = `${'long'.repeat(50)}/`.repeat(21) + 'end'
          place.gitWith({ input: `100644 ${blob}\t${path}\0` }, 'update-index', '-z', '--index-info')
        },
      },
      {
        name: 'by path of a file that was staged and has gone',
        make: (place) => {
          base(place)
          place.write({ new: 'new\n' })
          place.git('add', 'new')
          place.remove('new')
          change(place)
        },
        args: ['new', 'a'],
      },
      {
        name: 'by path of the new half of a staged rename',
        make: (place) => {
          base(place)
          place.git('mv', 'a', 'moved')
        },
        args: ['moved'],
      },
      {
        name: 'by path of a folder in whose place a file lies',
        make: (place) => {
          base(place)
          place.remove('dir')
          place.write({ dir: 'file\n' })
        },
        args: ['dir'],
      },
      {
        name: 'by path of a folder that is gone',
        make: (place) => {
          base(place)
          place.remove('dir')
        },
        args: ['dir'],
      },
      {
        name: '-a of links that lead nowhere, elsewhere and around',
        make: (place) => {
          base(place)
          for (const name of ['l', 'm', 'n']) symlinkSync('nowhere', place.path('work', name))
          place.git('add', '-A')
          place.git('commit', '-q', '-m', 'links')
          place.remove('l', 'm')
          symlinkSync('l', place.path('work/l'))
          symlinkSync('/elsewhere', place.path('work/m'))
        },
        args: ['-a'],
      },
      ...ways('in a sparse checkout, of a file that lies outside of it all the same', (place) => {
        base(place)
        place.git('sparse-checkout', 'set', '--cone', 'x')
        change(place)
      }),
      {
        name: '-a of a file with CRLF, under core.safecrlf=true',
        make: (place) => {
          base(place)
          place.git('config', 'core.autocrlf', 'input')
          place.git('config', 'core.safecrlf', 'true')
          place.write({ a: 'two\r\n' })
        },
        args: ['-a'],
        refused: { code: 'GIT_FAILED', message: /CRLF/, because: 'git refuses it, too' },
      },
      {
        name: 'by path of files of which one gives a warning, and the filter of the other one fails',
        make: (place) => {
          base(place)
          place.write({ '.gitattributes': '* text=auto\ndir/b filter=none\n' })
          place.git('config', 'filter.none.clean', 'false')
          place.git('config', 'filter.none.required', 'true')
          place.write({ a: 'two\r\n', 'dir/b': 'two\n' })
        },
        args: ['a', 'dir'],
        refused: {
          code: 'GIT_FAILED',
          message: /git update-index: external filter 'false' failed/,
          because: 'git refuses it, too',
        },
      },
      {
        name: 'by a name in another case, under GIT_ICASE_PATHSPECS',
        make: (place) => {
          base(place)
          place.write({ '.gitattributes': '* text=auto\n' })
          change(place)
        },
        args: ['DIR/B'],
        env: () => ({ GIT_ICASE_PATHSPECS: '1' }),
      },
      {
        name: '-a of a large file',
        make: (place) => {
          base(place)
          place.write({ a: Buffer.alloc(17 * 1024 * 1024, 'x') })
        },
        args: ['-a'],
      },
    ],
  },
  {
    feature: 'Odd operations',
    how: 'What is merged is a commit, also where a tag named it; a signed tag goes into the merge.',
    kinds: [
      ...[[], ['--no-ff']].map((args): Kind => ({
        name: `that ends a merge of an annotated tag${args.length ? ' that could go forward' : ''}`,
        make: (place) => {
          base(place)
          place.git('checkout', '-q', '-b', 'other')
          place.commit({ 'dir/b': 'two\n' })
          place.git('tag', '-a', '-m', 'the tag', 'v1')
          place.git('checkout', '-q', 'main')
          if (!args.length) place.commit({ a: 'two\n' })
          place.git('merge', '-q', '--no-commit', ...args, 'v1')
        },
        also: [['log', '-1', '--format=%P']],
      })),
      {
        name: 'that ends the first of several reverts, which then go on',
        make: (place) => {
          base(place)
          place.commit({ 'dir/c': 'two\n' })
          place.commit({ a: 'two\n' })
          place.commit({ a: 'three\n' })
          place.stopped('revert', '--no-edit', 'HEAD~', 'HEAD~2')
          place.write({ a: 'mended\n' })
          place.git('add', 'a')
        },
        after: (place) => place.gitWith({ env: { GIT_EDITOR: ':' } }, 'revert', '--continue'),
      },
      {
        name: 'of a merge that a rebase makes anew, and which then goes on',
        make: (place) => {
          base(place)
          place.git('checkout', '-q', '-b', 'side')
          place.commit({ a: 'side\n' })
          place.git('checkout', '-q', '-b', 'topic', 'main')
          place.commit({ a: 'topic\n' })
          place.stopped('merge', '-q', 'side')
          place.write({ a: 'merged\n' })
          place.git('add', 'a')
          place.git('commit', '-q', '-m', 'merged')
          place.commit({ 'dir/c': 'after\n' })
          place.git('checkout', '-q', 'main')
          place.commit({ new: 'new\n' })
          place.git('checkout', '-q', 'topic')
          place.stopped('rebase', '-q', '--rebase-merges', 'main')
          place.write({ a: 'merged\n' })
          place.git('add', 'a')
        },
        after: (place) => place.gitWith({ env: { GIT_EDITOR: ':' } }, 'rebase', '--continue'),
      },
      {
        name: 'that ends a merge of unrelated histories',
        make: (place) => {
          base(place)
          place.git('checkout', '-q', '--orphan', 'other')
          place.git('rm', '-rqf', '.')
          place.commit({ new: 'new\n' })
          place.git('checkout', '-q', 'main')
          place.git('merge', '-q', '--no-commit', '--allow-unrelated-histories', 'other')
        },
      },
    ],
  },
]
