package com.amazonaws.opensdk.config;

/** Times after which a call is given up, in milliseconds. A member that is not set never gives up. */
public class TimeoutConfiguration {
    private Integer httpRequestTimeout;
    private Integer totalExecutionTimeout;
    private Integer socketTimeout;

    /** One attempt, from its first byte to the last of the answer. */
    public TimeoutConfiguration httpRequestTimeout(int httpRequestTimeout) {
        this.httpRequestTimeout = httpRequestTimeout;
        return this;
    }

    public Integer getHttpRequestTimeout() {
        return httpRequestTimeout;
    }

    /** A call with all its attempts. */
    public TimeoutConfiguration totalExecutionTimeout(int totalExecutionTimeout) {
        this.totalExecutionTimeout = totalExecutionTimeout;
        return this;
    }

    public Integer getTotalExecutionTimeout() {
        return totalExecutionTimeout;
    }

    /** Until the answer begins. */
    public TimeoutConfiguration socketTimeout(int socketTimeout) {
        this.socketTimeout = socketTimeout;
        return this;
    }

    public Integer getSocketTimeout() {
        return socketTimeout;
    }
}
