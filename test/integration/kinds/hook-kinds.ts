import { byWay, type Kind, type KindGroup } from './kind.ts'
import type { Place } from './place.ts'

function base(place: Place): void {
  place.init()
  place.commit({ a: 'one\n', b: 'one\n', 'dir/c': 'one\n' })
  place.write({ a: 'two\n', b: 'two\n' })
  place.git('add', 'a')
}

function hook(place: Place, name: string, script: string): void {
  place.program(`work/.git/hooks/${name}`, script)
}

/** Notes what a hook sees: what is to be committed, where it runs and what it is given. */
const notes = `{
  printf '%s:' "$0" | sed 's,.*/,,'; git diff --cached --name-only --no-renames; git write-tree
  pwd; echo "\${GIT_EDITOR-none} \${GIT_PREFIX-none} \${GIT_LITERAL_PATHSPECS-none} \${GIT_DIR-none} \${GIT_WORK_TREE-none}"
  ls
} >> "$SEEN" 2>&1`

function noted(args: readonly string[]): Kind {
  return {
    name: `${byWay(args[0])}, with a pre-commit that looks at it`,
    make: (place) => {
      base(place)
      hook(place, 'pre-commit', notes)
    },
    args,
    env: (place) => ({ SEEN: place.path('seen') }),
    files: ['seen'],
  }
}

/** Two branches that merge cleanly. */
function forked(place: Place): void {
  place.init()
  place.commit({ a: 'one\n', b: 'one\n' })
  place.git('checkout', '-q', '-b', 'other')
  place.commit({ b: 'three\n', new: 'new\n' })
  place.git('checkout', '-q', 'main')
  place.commit({ a: 'three\n' })
}

const subject = ['log', '-1', '--format=%s']

export const hookKinds: readonly KindGroup[] = [
  {
    feature: 'Hooks',
    how: `Those of \`git commit\` run as under git: in the work tree, with the variables of whoever commits, on the index that is to be committed. The
hooks of a message see it without our trailers, which are added afterwards. One that fails stops the commit; \`--no-verify\` skips pre-commit
and commit-msg. They run for commits of this clone's user, never for those that come from others.`,
    kinds: [
      ...[[], ['-a'], ['b']].map(noted),
      ...[[], ['-a'], ['b']].map((args): Kind => ({
        name: `${byWay(args[0])}, with a pre-commit that formats files and adds others`,
        make: (place) => {
          base(place)
          hook(place, 'pre-commit', 'echo formatted >> a && git add a && echo made > made && git add made')
        },
        args,
      })),
      ...[
        { does: 'formats it', script: 'echo formatted >> dir/c && git add dir/c' },
        { does: 'adds another', script: 'echo made > dir/made && git add dir/made' },
        { does: 'takes it out', script: 'git rm -q --cached dir/c' },
        { does: 'takes it back', script: 'git reset -q -- dir/c; echo formatted >> a && git add a' },
      ].map(({ does, script }): Kind => ({
        name: `by path in a folder, with a pre-commit that ${does}`,
        make: (place) => {
          place.init()
          place.commit({ a: 'one\n', 'dir/c': 'one\n', 'dir/d': 'one\n' })
          // The index knows its trees.
          place.git('read-tree', 'HEAD')
          place.write({ 'dir/c': 'two\n' })
          hook(place, 'pre-commit', script)
        },
        args: ['dir/c'],
      })),
      {
        name: 'with a pre-commit that takes back what is staged',
        make: (place) => {
          base(place)
          hook(place, 'pre-commit', 'git reset -q -- b')
        },
        args: ['-a'],
      },
      {
        name: 'with a pre-commit that takes back everything that is staged',
        make: (place) => {
          base(place)
          hook(place, 'pre-commit', 'git reset -q')
        },
      },
      {
        name: 'by path of a file without changes, with a pre-commit that adds another',
        make: (place) => {
          base(place)
          place.git('reset', '-q', '--hard')
          hook(place, 'pre-commit', 'git update-index --add --cacheinfo "100644,$(git rev-parse HEAD:a),gen"')
        },
        args: ['a'],
        refused: { code: 'COMMIT_EMPTY', message: /nothing/, because: 'git refuses it, too' },
      },
      {
        name: 'with a commit-msg, a prepare-commit-msg and a post-commit',
        make: (place) => {
          base(place)
          hook(place, 'prepare-commit-msg', 'echo "prepared $2" >> "$SEEN"; sed -i "1s/^/prepared: /" "$1"')
          hook(place, 'commit-msg', 'cat "$1" >> "$SEEN"; sed -i "1s/^/checked: /" "$1"')
          hook(place, 'post-commit', 'git log -1 --format=%T >> "$SEEN"; exit 1')
        },
        env: (place) => ({ SEEN: place.path('seen') }),
        files: ['seen'],
        also: [subject],
      },
      ...[[], ['-a'], ['b']].map((args): Kind => ({
        name: `${byWay(args[0])}, with a pre-commit and a post-commit that stages a file`,
        make: (place) => {
          base(place)
          hook(place, 'pre-commit', 'exit 0')
          hook(place, 'post-commit', 'echo made > made && git add made')
        },
        args,
      })),
      {
        name: '-a, with hooks that look at who the author is',
        make: (place) => {
          base(place)
          for (const name of ['pre-commit', 'prepare-commit-msg', 'commit-msg', 'post-commit'])
            hook(place, name, `env | sed -n "/^GIT_AUTHOR_/s/^/${name} /p" | sort >> "$SEEN"`)
        },
        args: ['-a'],
        env: (place) => ({ SEEN: place.path('seen'), GIT_AUTHOR_DATE: '2020-02-03T04:05:06+0700' }),
        files: ['seen'],
      },
      {
        name: '--no-verify, with a pre-commit and a commit-msg that refuse',
        make: (place) => {
          base(place)
          for (const name of ['pre-commit', 'commit-msg']) hook(place, name, 'exit 1')
          hook(place, 'prepare-commit-msg', 'sed -i "1s/^/prepared: /" "$1"')
        },
        args: ['--no-verify'],
        also: [subject],
      },
      {
        name: 'with hooks in a folder of the repository (core.hooksPath)',
        make: (place) => {
          base(place)
          place.git('config', 'core.hooksPath', 'hooks')
          place.program('work/hooks/pre-commit', 'echo made > made && git add made')
          hook(place, 'pre-commit', 'exit 1')
        },
      },
      {
        name: 'with hooks switched off by core.hooksPath=/dev/null',
        make: (place) => {
          base(place)
          place.git('config', 'core.hooksPath', '/dev/null')
          hook(place, 'pre-commit', 'exit 1')
        },
      },
      {
        name: 'with hooks in the home of the user',
        make: (place) => {
          base(place)
          place.git('config', 'core.hooksPath', '~/hooks')
          place.program('hooks/pre-commit', 'echo made > made && git add made')
        },
        env: (place) => ({ HOME: place.root }),
      },
      {
        name: 'with a pre-commit in a linked work tree',
        make: (place) => {
          base(place)
          hook(place, 'pre-commit', 'echo made > made && git add made')
          place.git('worktree', 'add', '-q', '-b', 'other', '../linked')
          place.write({ '../linked/a': 'two\n' })
        },
        folder: 'linked',
        args: ['-a'],
      },
      {
        name: 'with a pre-commit that works in another repository',
        make: (place) => {
          base(place)
          place.gitIn('.', 'init', '-q', 'other')
          hook(
            place,
            'pre-commit',
            'unset GIT_INDEX_FILE; cd ../other && touch x && git add "x*" && git write-tree > "$SEEN"',
          )
        },
        env: (place) => ({ SEEN: place.path('seen') }),
        files: ['seen'],
      },
      {
        name: 'of a path in a folder within, with a pre-commit that looks at it',
        make: (place) => {
          base(place)
          place.write({ 'dir/c': 'two\n' })
          hook(place, 'pre-commit', notes)
        },
        folder: 'work/dir',
        args: ['c'],
        env: (place) => ({ SEEN: place.path('seen') }),
        files: ['seen'],
      },
      {
        name: 'with a hook that is no program',
        make: (place) => {
          base(place)
          place.write({ '.git/hooks/pre-commit': 'exit 1\n' })
        },
      },
      {
        name: 'that ends a merge, with a pre-commit and a commit-msg',
        make: (place) => {
          forked(place)
          place.git('merge', '-q', '--no-commit', 'other')
          for (const name of ['pre-commit', 'pre-merge-commit', 'commit-msg'])
            hook(place, name, `echo ${name} >> "$SEEN"`)
        },
        env: (place) => ({ SEEN: place.path('seen') }),
        files: ['seen'],
      },
      ...['pre-commit', 'prepare-commit-msg', 'commit-msg'].map((name): Kind => ({
        name: `-a, with a ${name} that refuses`,
        make: (place) => {
          base(place)
          hook(place, name, 'echo because >&2; exit 3')
        },
        args: ['-a'],
        refused: { code: 'HOOK_REFUSED', message: /because\n[^]*exit status 3/, because: 'git stops there, too' },
      })),
      {
        name: '-a, with a commit-msg that removes the message',
        make: (place) => {
          base(place)
          hook(place, 'commit-msg', 'rm "$1"')
        },
        args: ['-a'],
        refused: { code: 'HOOK_REFUSED', message: /commit-msg has removed/, because: 'git refuses it, too' },
      },
      {
        name: 'with a pre-merge-commit that looks at it and adds a file, a commit-msg and a post-merge',
        verb: 'merge',
        make: (place) => {
          forked(place)
          hook(place, 'pre-merge-commit', `${notes}; echo made > made && git add made`)
          hook(place, 'commit-msg', 'grep -c "" "$1" >> "$SEEN"')
          hook(place, 'post-merge', 'echo "post $1" >> "$SEEN"')
        },
        args: ['other'],
        env: (place) => ({ SEEN: place.path('seen') }),
        files: ['seen'],
      },
      {
        name: 'that goes forward only, with a pre-merge-commit that would refuse and a post-merge that works elsewhere',
        verb: 'merge',
        make: (place) => {
          forked(place)
          place.git('checkout', '-q', '-b', 'third', 'main~')
          place.gitIn('.', 'init', '-q', 'elsewhere')
          hook(place, 'pre-merge-commit', 'exit 1')
          hook(place, 'post-merge', 'cd ../elsewhere && touch x && git add "x*" && git write-tree > "$SEEN"')
        },
        args: ['other'],
        env: (place) => ({ SEEN: place.path('seen') }),
        files: ['seen'],
      },
      ...['pre-merge-commit', 'commit-msg'].flatMap((name): readonly Kind[] => {
        const make = (place: Place) => {
          forked(place)
          hook(place, name, 'echo because >&2; exit 3')
        }
        return [
          {
            name: `with a ${name} that refuses`,
            verb: 'merge',
            make,
            args: ['other'],
            refused: {
              code: 'HOOK_REFUSED',
              message: /because/,
              because: 'git stops there, too, in the middle of the merge',
            },
          },
          {
            name: `--no-verify, with a ${name} that would refuse`,
            verb: 'merge',
            make,
            args: ['--no-verify', 'other'],
          },
        ]
      }),
    ],
  },
]
