import { describe, expect, test } from 'vitest'
import { listenArguments } from './listen-arguments.ts'

describe('where npm start listens', () => {
  test.each([
    {
      name: 'on port 3000 of this machine without anything',
      args: [],
      env: {},
      wanted: { port: '3000', host: '127.0.0.1' },
    },
    {
      name: 'on the port of SPILLWAY_URL',
      args: [],
      env: { SPILLWAY_URL: 'http://localhost:4100' },
      wanted: { port: '4100', host: '127.0.0.1' },
    },
    {
      name: 'on every interface behind a public address',
      args: [],
      env: { SPILLWAY_URL: 'https://spillway.example.org' },
      wanted: { port: '3000', host: '0.0.0.0' },
    },
    {
      name: 'on PORT rather than the port of SPILLWAY_URL',
      args: [],
      env: { PORT: '8080', SPILLWAY_URL: 'http://127.0.0.1:4100' },
      wanted: { port: '8080', host: '127.0.0.1' },
    },
    {
      name: 'where the arguments say',
      args: ['--port', '5000', '--host', '::'],
      env: { PORT: '8080' },
      wanted: { port: '5000', host: '::' },
    },
  ])('$name', ({ args, env, wanted }) => {
    expect(listenArguments(args, env)).toEqual(wanted)
  })

  test.each([
    { args: ['--port', 'abc'], env: {}, words: '--port: abc' },
    { args: [], env: { PORT: '70000' }, words: 'PORT: 70000' },
    { args: ['--prot', '1'], env: {}, words: 'usage' },
  ])('refuses $args $env and says why', ({ args, env, words }) => {
    const listen = listenArguments(args, env)
    expect('problem' in listen ? listen.problem : '').toContain(words)
  })
})
