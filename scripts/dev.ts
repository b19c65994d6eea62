// `npm run dev`: the same server with Next's development mode, which builds pages when they are asked for.
process.argv.push('--dev')
await import('#server/main.ts')

export {}
