import assert from 'node:assert/strict'
import { secretRedactor } from '../../../src/node/redactor.ts'

// Put together at run time, so that no scanner takes this file for a leak.
const random = 'q7Zk2VbX9mLr4TnW8sHd3FgJ6pYc1RaE5uNvKtQe'
const privateKey = ['PRIVATE', 'KEY'].join(' ')
const awsId = ['AKIA', 'QWERTYUIOPASDFGH'].join('')
const secrets: Readonly<Record<string, readonly [text: string, secret: string]>> = {
  'GitHub token': [`use ghp_${random.slice(0, 36)} here`, `ghp_${random.slice(0, 36)}`],
  'AWS key id': [`id ${awsId}`, awsId],
  'AWS secret key': [`aws_secret_access_key = ${random}`, random],
  'private key': [`-----BEGIN RSA ${privateKey}-----\nMIIEabc\n-----END RSA PRIVATE KEY-----\nafter`, 'MIIEabc'],
  'cut private key': [`-----BEGIN OPENSSH ${privateKey}-----\nb3BlbnNza`, 'b3BlbnNza'],
  'bearer header': [`curl -H "Authorization: Bearer ${random}"`, random],
  'basic header': ['Authorization: Basic dXNlcjpwYXNzd29yZA==', 'dXNlcjpwYXNzd29yZA'],
  'database URL': ['DB=postgres://ada:hunter2secret@db/x', 'hunter2secret'],
  'other URL': ['git clone https://ada:s3cr3tpass@example.org/x.git', 's3cr3tpass'],
  'password assignment': ['DB_PASSWORD=Tr0ub4dor&3xyz', 'Tr0ub4dor&3xyz'],
  'token in JSON': [`{"api_key": "${random.slice(0, 24)}"}`, random.slice(0, 24)],
  'JSON web token': [`eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.${random}`, random],
  'npm token': [`//registry.example/:_authToken=npm_${random.slice(0, 36)}`, random.slice(0, 36)],
  'Slack token': [`xoxb-123456789012-1234567890123-${random.slice(0, 24)}`, random.slice(0, 24)],
  'Anthropic key': [`sk-ant-api03-${'a1B2c3'.repeat(15)}xyzAA`, 'a1B2c3'],
  'OpenAI key': [`OPENAI sk-proj-${random}`, random],
  ticket: [`join anvcs1hgFQ-${'AbC_1-34'.repeat(12)}`, 'AbC_1-34'],
}
const harmless = [
  'make the token bucket refill every second',
  'const token = parseToken(input)',
  'password: string',
  'commit 3f786850e387550fdab836ed7e6dc881de23001b fixes it',
  'see https://example.org/a?b=c#d and http://localhost:8080/x@y',
  'secret = process.env.SECRET_NAME',
  'access_key: ${ACCESS_KEY}',
  'the sk-learn-compatible interface-of-things',
  'Bearer of bad news; authorization: required',
  '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
  '',
]

describe('the redactor', () => {
  const redactor = secretRedactor()

  for (const [name, [text, secret]] of Object.entries(secrets))
    it(`takes out: ${name}`, async () => {
      const redacted: string = await redactor.redact(`before\n${text}\nend`)
      assert.ok(!redacted.includes(secret), redacted)
      assert.match(redacted, /^before\n[^]*\[redacted: [^\]]+\][^]*$/)
    })

  it('leaves what is no secret as it is', async () => {
    for (const text of harmless) assert.equal(await redactor.redact(text), text)
  })

  it('finds a secret though the text tries to switch it off', async () => {
    for (const directive of ['secretlint-disable', '/* secretlint-disable */', 'SECRETLINT-DISABLE-LINE'])
      for (const [text, secret] of Object.values(secrets)) {
        const redacted: string = await redactor.redact(`${directive}\n${text} ${directive}`)
        assert.ok(!redacted.includes(secret), redacted)
        assert.ok(redacted.includes(directive))
      }
  })

  it('finds all of many, and does not take its own marks for secrets', async () => {
    const all = Object.values(secrets).map(([text]) => text)
    const once = await redactor.redact(all.join('\n'))
    for (const [, secret] of Object.values(secrets)) assert.ok(!once.includes(secret), secret)
    assert.equal(await redactor.redact(once), once)
  })

  it('gives well-formed text', async () => {
    assert.equal(await redactor.redact('a\ud800b😀'), 'a\ufffdb😀')
  })

  it('takes 1 MiB of anything in little time, and no more', async () => {
    const begin = performance.now()
    for (const part of ['a', 'A1b2', '-----BEGIN PRIVATE KEY-----', 'password=', 'a://a:', 'eyJa.', 'sk-', '_', '=: "'])
      await redactor.redact(part.repeat(2 ** 20 / part.length))
    assert.ok(performance.now() - begin < 15_000, `${performance.now() - begin} ms`)
    await assert.rejects(redactor.redact('a'.repeat(2 ** 20 + 1)), { code: 'USAGE' })
  }).timeout(60_000)
})
