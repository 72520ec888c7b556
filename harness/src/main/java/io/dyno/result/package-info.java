/**
 * What a run leaves on disk: the journal and the request files, which are the source of truth, and everything that is rebuilt from them.
 * Every file and field: docs/files.md.
 */
package io.dyno.result;
