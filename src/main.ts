#!/usr/bin/env node
/** The program as a script, or in an executable without a snapshot. */

import { start } from './start.ts';

start();
