import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sharedMode } from '../../../src/git/sharing.ts'
import { needsProgram, needsRoot } from '../../support/needs.ts'
import { projectRoot } from '../../support/project.ts'

const program = join(projectRoot, 'dist/src/cli/main.js')
const group = 61_000
const folderBits = 0o040000

/** Two users who share nothing but a group, and a folder in which both may write. */
class TwoUsers implements Disposable {
  readonly root = mkdtempSync(join(tmpdir(), 'anvcs-shared-'))
  readonly repository = join(this.root, 'repository')

  constructor() {
    chmodSync(this.root, 0o755)
    for (const user of [61_001, 61_002]) {
      mkdirSync(this.#home(user))
      chownSync(this.#home(user), user, group)
      const person = `[user]\n\tname = User ${user}\n\temail = ${user}@example.org\n[safe]\n\tdirectory = *\n`
      writeFileSync(join(this.#home(user), '.gitconfig'), person)
    }
    mkdirSync(this.repository)
    chownSync(this.repository, 61_001, group)
    chmodSync(this.repository, 0o2770)
  }

  #home(user: number): string {
    return join(this.root, `home-${user}`)
  }

  /** A command of the first or the second of them, whose files are their own unless something else is asked for. */
  run(user: 1 | 2, ...command: readonly string[]): string {
    const id = 61_000 + user
    const become = [
      `--reuid=${id}`,
      `--regid=${id}`,
      `--groups=${group}`,
      '--',
      'sh',
      '-c',
      'umask 027; exec "$@"',
      'sh',
    ]
    const env = {
      PATH: process.env['PATH'],
      HOME: this.#home(id),
      GIT_CONFIG_NOSYSTEM: '1',
      AI_VCS_CONFIG_DIR: join(this.#home(id), '.anvcs'),
    }
    return execFileSync('setpriv', [...become, ...command], {
      cwd: this.repository,
      env,
      encoding: 'utf8',
      stdio: 'pipe',
    })
  }

  git(user: 1 | 2, ...args: readonly string[]): string {
    return this.run(user, 'git', ...args)
  }

  ai(user: 1 | 2, ...args: readonly string[]): string {
    return this.run(user, process.execPath, program, ...args)
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true })
  }
}

/** The permissions of what lies in a folder, by path. */
function modesIn(folder: string): Readonly<Record<string, string>> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return Object.fromEntries(names.map((name) => [name, (statSync(join(folder, name)).mode & 0o7777).toString(8)]))
}

describe('a repository that several users share', function () {
  this.timeout(120_000)
  before(needsRoot())
  before(needsProgram('git'))
  before(needsProgram('setpriv'))

  it('is committed to by both, in turn, and its files are theirs', () => {
    using users = new TwoUsers()
    users.git(1, 'init', '-q', '-b', 'main', '--shared=group', '.')
    for (const user of [1, 2] as const) users.ai(user, 'key', 'create')
    users.ai(1, 'init')
    const attributes = join(users.repository, '.git/info/attributes')
    for (const [user, file, rule] of [
      [1, 'a', ''],
      [2, 'b', ''],
      [1, 'c', '* text\n'],
      [2, 'd', '* text\n'],
      [1, 'e', ''],
    ] as const) {
      if (rule) writeFileSync(attributes, rule)
      users.run(user, 'sh', '-c', `umask 002; echo ${user} > ${file}`)
      users.ai(user, 'add', file)
      users.ai(user, 'commit', '-m', `${user} ${file}`, file)
      assert.equal(users.git(user, 'status', '--porcelain', '--', file), '')
      assert.match(users.ai(user, 'log', '-n', '1'), new RegExp(`${user} ${file}`))
    }
    assert.equal(users.git(2, 'log', '--format=%an %s').trim().split('\n').length, 5)
    users.git(2, 'fsck', '--strict', '--no-dangling')
    for (const folder of ['.git/ai-vcs'])
      for (const [path, mode] of Object.entries(modesIn(join(users.repository, folder))))
        assert.match(mode, /^(?:2770|660)$/, path)
  })

  it('is undone, pushed and taken apart by the second user', () => {
    using users = new TwoUsers()
    users.git(1, 'init', '-q', '-b', 'main', '--shared=group', '.')
    for (const user of [1, 2] as const) users.ai(user, 'key', 'create')
    users.ai(1, 'init')
    for (const text of ['one', 'two']) {
      users.run(1, 'sh', '-c', `umask 002; echo ${text} > a`)
      users.git(1, 'add', 'a')
      users.ai(1, 'commit', '-m', text)
    }
    users.ai(2, 'undo')
    assert.equal(users.git(2, 'log', '--format=%s'), 'one\n')
    users.git(2, 'reset', '-q', '--hard')
    users.run(2, 'git', 'init', '-q', '--bare', join(users.root, 'home-61002/remote'))
    users.git(2, 'remote', 'add', 'origin', join(users.root, 'home-61002/remote'))
    users.ai(2, 'push', '--yes')
    users.ai(2, 'init')
    users.ai(1, 'uninit', '--yes')
    users.ai(1, 'init')
    assert.match(users.ai(1, 'status'), /On branch main/)
  })
})

describe('the permissions of what is shared', () => {
  it('are those that git gives', () => {
    for (const [value, mode, shared] of [
      ['group', 0o100600, 0o660],
      ['true', 0o100644, 0o664],
      ['group', 0o100400, 0o440],
      ['group', 0o100700, 0o770],
      ['all', 0o100600, 0o664],
      ['world', folderBits | 0o700, 0o2775],
      ['group', folderBits | 0o700, 0o2770],
      ['0640', 0o100666, 0o640],
      ['0660', folderBits | 0o755, 0o2770],
      ['0666', 0o100444, 0o444],
    ] as const)
      assert.equal(sharedMode(value, mode).toString(8), shared.toString(8))
  })
})
