import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'
import { servePage } from '../../examples/browser/serve.ts'
import { openRepository, type Collaboration, type Repository } from '../../src/repository/index.ts'
import { userOf } from '../support/embedder.ts'
import { GitSandbox } from '../support/git-sandbox.ts'
import { findProgram, needsProgram } from '../support/needs.ts'
import { until } from '../support/until.ts'

const poem = 'Roses are red\nViolets are blue\n'
const code = 'export function greet(name: string): string {\n  return `Hello ${name}`\n}\n'

describe('a page in the room of a repository', function () {
  this.timeout(60_000)
  let sandbox: GitSandbox
  let repository: Repository
  let collaboration: Collaboration
  let site: Awaited<ReturnType<typeof servePage>>
  let browser: Browser
  let page: Page
  let ticket: string

  before(needsProgram('chromium'))
  before(needsProgram('git'))

  before(async () => {
    sandbox = new GitSandbox()
    sandbox.commit({ 'old.txt': 'what was before\n' })
    sandbox.commit({ 'poem.txt': poem, 'src/greet.ts': code, 'README.md': '# A repository\n' })
    sandbox.git('rm', '-q', 'old.txt')
    sandbox.commit({})
    repository = await openRepository(sandbox.folder, { environment: userOf(sandbox, 'Ada') })
    await repository.createIdentity()
    collaboration = await repository.startRoom()
    site = await servePage()
    browser = await chromium.launch({ executablePath: findProgram('chromium')!, args: ['--no-sandbox'] })
    page = await browser.newPage({ viewport: { width: 1100, height: 680 } })
    page.on('pageerror', (error) => assert.fail(error))
    await page.goto(site.url)
    await page.fill('#name', 'Grace')
  })

  after(async () => {
    await browser?.close()
    await site?.close()
    await repository?.close()
    await sandbox?.[Symbol.asyncDispose]()
  })

  const onDisk = (path: string): string => readFileSync(join(sandbox.folder, path), 'utf8')
  const inPage = (): Promise<string> => page.inputValue('#text')

  it('says what to do where a ticket cannot be read', async () => {
    await page.fill('#ticket', 'anvcs1nonsense')
    await page.click('form button')
    await page.waitForFunction("document.getElementById('problem').textContent.includes('Copy it whole')")
  })

  it('joins by a ticket that stands behind the # of its address', async () => {
    ticket = await collaboration.invite()
    await page.goto(`${site.url}#${ticket}`)
    await page.reload()
    await page.click('form button')
    await page.waitForSelector('#room:not([hidden])', { timeout: 20_000 })
  })

  it('shows the files of the base commit, which a peer has sent', async () => {
    const files = await page.locator('#files li').allTextContents()
    assert.deepEqual(files, ['README.md', 'poem.txt', 'src/greet.ts'])
    await page.click('text=poem.txt')
    assert.equal(await inPage(), poem)
  })

  it('says who is here and that its feed is in memory only', async () => {
    await page.waitForFunction("document.getElementById('peers').textContent.includes('Ada')")
    assert.match((await page.textContent('#peers'))!, /you.*Ada.*webrtc/)
    assert.match((await page.textContent('footer'))!, /in memory only/)
  })

  it('edits a file of the Node peer on disk', async () => {
    await page.click('#text')
    await page.keyboard.press('Control+Home')
    await page.keyboard.type('A poem\n')
    await until(() => onDisk('poem.txt') === `A poem\n${poem}`)
  })

  it('sees what the Node peer types, and the caret stays where it was in the text', async () => {
    const { files } = collaboration.host.room
    await page.evaluate("document.getElementById('text').setSelectionRange(7, 12)")
    files.edit('poem.txt', [{ at: 0, remove: 1, insert: 'One fine' }])
    await page.waitForFunction("document.getElementById('text').value.startsWith('One fine poem')")
    assert.equal(await page.evaluate('getSelection().toString()'), 'Roses')
  })

  it('keeps both where both type in one line', async () => {
    const { files } = collaboration.host.room
    await page.click('#text')
    await page.keyboard.press('Control+End')
    await Promise.all([
      page.keyboard.type('typed in the page'),
      (async () => {
        for (const letter of 'typed in Node') {
          files.edit('poem.txt', [{ at: 0, remove: 0, insert: letter }])
          await new Promise((resolve) => setImmediate(resolve))
        }
      })(),
    ])
    await until(async () => (await inPage()) === files.text('poem.txt'))
    assert.match(await inPage(), /^edoN ni depyt[^]*typed in the page$/)
  })

  it('goes on after a commit that the Node peer makes', async () => {
    await until(() => onDisk('poem.txt') === collaboration.host.room.files.text('poem.txt'))
    const { commit } = await repository.commit({ message: 'A poem of two', all: true })
    assert.match(sandbox.git('log', '-1', '--format=%B'), /Co-authored-by: Grace/)
    assert.equal(sandbox.git('rev-parse', 'HEAD').trim(), commit)
    await page.click('text=src/greet.ts')
    await page.click('#text')
    await page.keyboard.press('Control+End')
    await page.keyboard.type('// from a page\n')
    await until(() => onDisk('src/greet.ts') === `${code}// from a page\n`)
    assert.equal(await page.textContent('#problem'), '')
    const screenshot = process.env['ANVCS_SCREENSHOTS']
    if (screenshot) await page.screenshot({ path: join(screenshot, 'page.png') })
  })

  it('says so where the ticket has been used by another page', async () => {
    const second = await browser.newPage()
    await second.goto(`${site.url}#${ticket}`)
    await second.fill('#name', 'Mallory')
    await second.click('form button')
    await second.waitForFunction("document.getElementById('problem').textContent.includes('used up')", undefined, {
      timeout: 30_000,
    })
    assert.match((await second.textContent('header'))!, /not joined/)
  })
})
