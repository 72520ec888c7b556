/** Engines on this machine: started through the keeper, followed until they are ready, watched while they live, stopped with all they started. */
package io.dyno.engine.local;
