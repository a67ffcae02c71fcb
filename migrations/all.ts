import { Initial } from './0001-initial.js';

/** Every migration, oldest first. One that was released is never changed. */
export const MIGRATIONS = [Initial];
