package com.acme;

class Outer_Inner_Definition {}
