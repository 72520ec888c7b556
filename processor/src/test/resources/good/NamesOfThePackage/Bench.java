package com.names;

/** Hides io.dyno.Bench from sources of this package that do not import it. */
public class Bench {}
