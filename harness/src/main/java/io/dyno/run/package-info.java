/** The command line and the runner: the only room that knows all the others. */
package io.dyno.run;
