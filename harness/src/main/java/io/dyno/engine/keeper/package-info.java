/**
 * The keeper: the small JVM that is every local engine's parent and that leaves nothing behind. It runs on Linux, x86-64 and aarch64, in a
 * process of its own; {@link io.dyno.engine.keeper.Keeper} documents what is said to it and what it answers.
 */
package io.dyno.engine.keeper;
