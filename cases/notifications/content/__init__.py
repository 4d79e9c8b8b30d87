"""What each mail says, by capability: one function a notice, plain values for its template."""
