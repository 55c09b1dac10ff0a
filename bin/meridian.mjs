#!/usr/bin/env node
import './require-node.mjs'
import { existsSync } from 'node:fs'

// A checkout runs its sources as they are; an installed package has only what was compiled.
const source = new URL('../src/cli/main.ts', import.meta.url)
await import(existsSync(source) ? source.href : '../dist/cli/main.js')
